# made_up.sh: results directories whose rows nobody measured. Source it.

# made_up DIR SPEED BYTES [KEY=VALUE]...: a whole run of 1,000 keys in DIR. SPEED is an
# awk expression, millions a second, of the round r, the contestant v ("glib_tree.again"
# is one) and the workload w; BYTES another, of r, v and the figure m (rss, heap, ...).
# The rest is for env.txt, where rounds, variants, workloads, reference, host and keys
# also say what rows there are.
made_up() {
  local dir=$1 speed=${2//$'\n'/ } bytes=${3//$'\n'/ }
  shift 3
  mkdir -p "$dir" || return
  {
    cat <<'END'
revision=abc1234
command=artbench run --data keys.txt
start=2026-11-25T10:00:00Z
dataset=made up
sha256=0123
keys=1000
key_bytes=20000
fingerprint=00000000deadbeef
seed=1
order=random
values=random
rounds=9
timeout_s=300
turns=yes
workloads=insert,hit,miss,scan,delete
reference=glib_tree
variants=art_boxed,art_arena_key,glib_tree
compiler=gcc 12.2.0
c_args=
glib=2.74.6 compiled, 2.74.6 running
LD_PRELOAD=(unset)
host=here
cpu=A CPU
caches=L1 32K
ram_bytes=1000000
thp=madvise
END
    printf '%s\n' "$@"
    printf '%s\n' end=2026-11-25T11:00:00Z outcome=right
  } >"$dir/env.txt"
  awk -F= -v OFS='\t' "
    function speed(r, v, w) { return $speed }
    function bytes(r, v, m) { return $bytes }"'
    function put(w, m, value, unit) { print r, p, v, job, w, m, value, unit, "ok", env["host"] }
    function memory() {
      job = "memory"
      for (i = 1; i <= n_figures; i++) put("load", figure[i], bytes(r, v, figure[i]), "bytes")
      put("delete_half", "rss", bytes(r, v, "half"), "bytes")
      put("delete_all", "rss", bytes(r, v, "emptied"), "bytes")
      put("-", "process", 1, "s")
    }
    function work() {
      job = "speed"
      put("-", "in_turns", 1, "flag")
      for (i = 1; i <= n_works; i++) {
        put(work_of[i], "right", env["keys"], "count")
        put(work_of[i], "asked", env["keys"], "count")
        put(work_of[i], "operations", 1000000, "operations")
        put(work_of[i], "seconds", sprintf("%.12g", 1 / speed(r, v, work_of[i])), "s")
      }
      put("-", "process", 1, "s")
    }
    { key = $1; sub(/^[^=]*=/, ""); env[key] = $0 }
    END {
      n_figures = split("rss heap exact_total exact_inner exact_leaf exact_key exact_slack peak_rss", figure, " ")
      n_works = split(env["workloads"], work_of, ",")
      n = split(env["variants"], variant, ",")
      if (env["reference"] != "none") variant[++n] = env["reference"] ".again"
      for (r = 1; r <= env["rounds"] + 0; r++)
        for (p = 1; p <= n; p++) {
          v = variant[p]
          if (v !~ /again$/) memory()
          work()
        }
    }' "$dir/env.txt" >"$dir/rows"
  { tr ' ' '\t' <<<'round position variant job workload metric value unit status host'
    cat "$dir/rows"; } >"$dir/raw.tsv"
  rm "$dir/rows"
}

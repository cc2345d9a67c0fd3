# What `perf script -F comm,ip,sym` prints, to a line for each different stack below
# count_measured, the outermost function first: "a;b;c SAMPLES".
function flush_stack(    i, line) {
  for (i = 1; i <= n && frame[i] != "count_measured"; i++) continue
  if (n && i <= n) {
    line = ""
    while (--i >= 1) line = line (line == "" ? "" : ";") frame[i]
    if (line != "") samples[line]++
  }
  n = 0
}
/^[^ \t]/ || /^$/ { flush_stack(); next }
{
  sub(/^[ \t]*[0-9a-f]+ /, "")
  gsub(/;/, ":")
  frame[++n] = $0 == "" ? "[unknown]" : $0
}
END { flush_stack(); for (line in samples) print line, samples[line] }

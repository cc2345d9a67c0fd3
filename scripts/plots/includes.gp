# includes.gp: docs/includes.tsv drawn: who includes whom, before the folders were floors
# and now. gnuplot -c scripts/plots/includes.gp docs/includes.tsv docs/includes.svg
#
# A row and a column for each folder, the top floor first: what goes down stands right of
# the diagonal, and what goes up left of it, in red.

SOURCE = ARG1
set terminal svg size 1240,640 font 'Helvetica,12' background '#ffffff'
set output ARG2
set datafile separator tab
set datafile columnheaders

BEFORE = 'tests harness/commands harness/report harness/run harness/job harness/workload ' . \
    'harness/data baselines memkv variants variants/hybrid variants/frozen ' . \
    'variants/page variants/concurrent variants/art variants/lock harness'
NOW = 'tests harness/commands harness/run harness/report harness/kept harness/job ' . \
    'harness/work harness/keys harness/ground baselines memkv variants variants/hybrid ' . \
    'variants/frozen variants/page variants/art variants/concurrent variants/lock ' . \
    'variants/bytes harness/contract harness'

place(list, s) = sum [i=1:words(list)] (word(list, i) eq s ? i : 0)
x(list, when) = strcol('when') eq when ? place(list, strcol('to')) : NaN
y(list) = place(list, strcol('from'))
up(list) = y(list) > place(list, strcol('to'))
name(s, when) = s eq 'harness' && when eq 'now' ? 'harness/ab.h' : s

unset key
unset border
set tics scale 0
set grid xtics ytics lc '#eeeeee'
set multiplot layout 1,2
do for [when in 'before now'] {
  list = when eq 'before' ? BEFORE : NOW
  n = words(list)
  set title (when eq 'before' ? 'Includes between folders, before (rows include columns)' : 'Now')
  set xrange [0.5:n + 0.5]
  set yrange [n + 0.5:0.5]
  set xtics rotate by 55 right
  set xtics () ; set ytics ()
  do for [i=1:n] {
    set xtics add (name(word(list, i), when) i)
    set ytics add (name(word(list, i), when) i)
  }
  set arrow 1 from 0.5,0.5 to n + 0.5,n + 0.5 nohead lc '#bbbbbb'
  plot SOURCE using (x(list, when)):(y(list)):(sprintf('%d', column('includes'))): \
      (up(list) ? 0xcc0000 : 0x204060) with labels tc rgb variable
}
unset multiplot

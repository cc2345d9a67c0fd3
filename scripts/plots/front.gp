# front.gp: the Pareto front: those that no other beats in both. Of several hosts each has its
# own. In: has_point(i). Out: on_front(i); NEXT[i], the next one to the
# right on it, 0: none; @draw_front, dotted steps between them.

host_of(name) = strstrt(name, ', ') ? name[strstrt(name, ', '):*] : ''
together(i, j) = host_of(VARIANT[i]) eq host_of(VARIANT[j])
beaten(i) = sum [j=1:N] (j != i && has_point(j) && together(i, j) && \
    RSS[j] <= RSS[i] && HIT[j] >= HIT[i] && (RSS[j] < RSS[i] || HIT[j] > HIT[i]))
on_front(i) = has_point(i) && beaten(i) == 0
# The next one to the right on the front; 0: there is none.
right_of(i, j) = on_front(j) && together(i, j) && RSS[j] > RSS[i]
array NEXT[N]
do for [i=1:N] {
  NEXT[i] = 0
  if (on_front(i)) {
    next = 0
    do for [j=1:N] { if (right_of(i, j) && (next == 0 || RSS[j] < RSS[next])) { next = j } }
    NEXT[i] = next
  }
}
# The steps, as macros are: on one line.
draw_front = 'do for [i=1:N] { if (NEXT[i]) { next = NEXT[i]; ' . \
    'set arrow from first RSS[i], first HIT[i] to first RSS[next], first HIT[i] nohead ' . \
    '  lw 1.2 dt 3 lc rgb FAINT back; ' . \
    'set arrow from first RSS[next], first HIT[i] to first RSS[next], first HIT[next] ' . \
    '  nohead lw 1.2 dt 3 lc rgb FAINT back } }'

# labels.gp: where the names at the right ends of lines go. Loaded for each panel.
#
# In: END_Y[i], the height at which line i ends, in pixels, NaN where there is none;
# TOP and BOTTOM, between which the names should stand. Out: TEXT_Y[i].
# As near their lines as can be, from the top down, none nearer than LH to the next;
# and if the last falls below BOTTOM, back up from there.

LH = 16.0
array RANKED[N]
ranked = 0
do for [i=1:N] { TEXT_Y[i] = END_Y[i] }
do for [k=1:N] {
  top = 0
  do for [i=1:N] {
    placed = 0
    do for [j=1:ranked] { if (RANKED[j] == i) { placed = 1 } }
    if (!placed && known(END_Y[i]) && (top == 0 || END_Y[i] > END_Y[top])) { top = i }
  }
  if (top) { ranked = ranked + 1; RANKED[ranked] = top }
}
limit = TOP
do for [k=1:ranked] {
  TEXT_Y[RANKED[k]] = at_most(END_Y[RANKED[k]], limit)
  limit = TEXT_Y[RANKED[k]] - LH
}
limit = BOTTOM
do for [k=1:ranked] {
  i = RANKED[ranked + 1 - k]
  TEXT_Y[i] = at_least(TEXT_Y[i], limit)
  limit = TEXT_Y[i] + LH
}

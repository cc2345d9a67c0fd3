# names.gp: the names beside points, so that nothing covers a point, a bar, a line or another
# name. Loaded last before the plot.
#
# In: has_point(i), at (px(RSS[i]), py(HIT[i])) in pixels, named NAME[i] and of COLOUR[i];
# the plot's edges PL, PB, PT; boxes 1 to FREE to keep clear of, X0[] to X1[] and Y0[] to
# Y1[], and N more behind them, for the names; CLEAR, how near a name may be to its point.
# Out: labels, and lines to those away from their points.

SIZE = 13; LH = 17.0
array WIDTH[N]
do for [i=1:N] { WIDTH[i] = text_width(NAME[i], SIZE) }
shared(a0, a1, b0, b1) = at_least(0, at_most(a1, b1) - at_least(a0, b0))
covered(x, y, w, h) = sum [j=1:FREE+N] shared(x, x + w, X0[j], X1[j]) * \
    shared(y, y + h, Y0[j], Y1[j])
outside(x, y, w, h) = (w - shared(x, x + w, PL + 2, W - 4.0)) * h + \
    (h - shared(y, y + h, PB + 2, PT + 8)) * w
inside(x, y) = sum [j=1:FREE+N] (x > X0[j] && x < X1[j] && y > Y0[j] && y < Y1[j])
hold(v, lo, hi) = at_most(at_least(v, lo), hi)

# A candidate place is a direction (30 degrees apart, right first) and a ring.
DIRECTIONS = 12; RINGS = 9
array TURN[12] = [0, 180, 90, 270, 30, 330, 150, 210, 60, 120, 300, 240]
radius(r) = CLEAR + 17 * (r - 1)
turn(d) = TURN[d] * pi / 180
place_x(i, d, r) = px(RSS[i]) + radius(r) * cos(turn(d)) - WIDTH[i] / 2 + \
    WIDTH[i] / 2 * hold(1.6 * cos(turn(d)), -1, 1)
place_y(i, d, r) = py(HIT[i]) + radius(r) * sin(turn(d)) - LH / 2 + LH / 2 * sin(turn(d))
# A line leads to a label that is away from its point; it ends at the label's edge,
# (TO_X, TO_Y). It may cross neither a box nor another line, nor a label another's.
array TO_X[N]; array TO_Y[N]
do for [i=1:N] {
  TO_X[i] = has_point(i) ? px(RSS[i]) : 0.0; TO_Y[i] = has_point(i) ? py(HIT[i]) : 0.0
}
from_x(i) = px(RSS[i])
from_y(i) = py(HIT[i])
edge_x(i, x) = hold(from_x(i), x - 2, x + WIDTH[i] + 2)
edge_y(i, y) = hold(from_y(i), y + 2, y + LH - 2)
boxes_crossed(i, x, y) = sum [k=3:9] inside( \
    from_x(i) + (edge_x(i, x) - from_x(i)) * k / 10.0, \
    from_y(i) + (edge_y(i, y) - from_y(i)) * k / 10.0)
side(ax, ay, bx, by, cx, cy) = sgn((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))
meet(ax, ay, bx, by, cx, cy, dx, dy) = \
    side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) < 0 && \
    side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) < 0
meets(j, ax, ay, bx, by) = has_point(j) && \
    meet(ax, ay, bx, by, from_x(j), from_y(j), TO_X[j], TO_Y[j])
# Another's line runs through a box if it meets one of its diagonals.
lines_crossed(i, x, y) = sum [j=1:N] (j == i ? 0 : \
    meets(j, from_x(i), from_y(i), edge_x(i, x), edge_y(i, y)) + \
    meets(j, x, y, x + WIDTH[i], y + LH) + meets(j, x, y + LH, x + WIDTH[i], y))

# Greedy, then two more turns in which each label may move away from the others.
do for [pass=1:3] {
  do for [i=1:N] {
    if (has_point(i)) {
      b = FREE + i; X0[b] = -9; X1[b] = -9; Y0[b] = -9; Y1[b] = -9
      best = 1e300
      do for [r=1:RINGS] {
        # An outer ring cannot beat a clean place on an inner one.
        if (best < 30 * r) { break }
        do for [d=1:DIRECTIONS] {
          x = place_x(i, d, r); y = place_y(i, d, r)
          cost = 30 * r + d + 4 * covered(x, y, WIDTH[i], LH) + 9 * outside(x, y, WIDTH[i], LH)
          if (cost < best && r > 1) { cost = cost + 60 * boxes_crossed(i, x, y) }
          if (cost < best) { cost = cost + 90 * lines_crossed(i, x, y) }
          if (cost < best) { best = cost; best_x = x; best_y = y }
        }
      }
      X0[b] = best_x - 2; X1[b] = best_x + WIDTH[i] + 2; Y0[b] = best_y; Y1[b] = best_y + LH
      TO_X[i] = edge_x(i, best_x); TO_Y[i] = edge_y(i, best_y)
    }
  }
}
do for [i=1:N] {
  if (has_point(i)) {
    x = X0[FREE + i] + 2; y = Y0[FREE + i]
    if (sqrt((TO_X[i] - from_x(i)) ** 2 + (TO_Y[i] - from_y(i)) ** 2) > 16) {
      set arrow from screen px(RSS[i]) / W, screen py(HIT[i]) / H \
          to screen TO_X[i] / W, screen TO_Y[i] / H nohead lw 0.8 lc rgb COLOUR[i] back
    }
    # Flush with the side that faces the point: exact whatever the font's width.
    if (x > px(RSS[i])) {
      set label NAME[i] at screen x / W, screen (y + LH / 2.0) / H left \
          font face(SIZE) textcolor rgb INK front
    } else { if (x + WIDTH[i] < px(RSS[i])) {
      set label NAME[i] at screen (x + WIDTH[i]) / W, screen (y + LH / 2.0) / H right \
          font face(SIZE) textcolor rgb INK front
    } else {
      set label NAME[i] at screen (x + WIDTH[i] / 2) / W, screen (y + LH / 2.0) / H center \
          font face(SIZE) textcolor rgb INK front
    } }
  }
}

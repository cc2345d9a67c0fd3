# common.gp: what every picture shares. Loaded by the others, which plot.sh runs
# in this folder as `gnuplot -d -c NAME.gp SUMMARY OUTPUT`.
#
# Reads summary.tsv into arrays, one element a variant, columns found by header
# name; so a new variant needs no change here. A missing cell ("-") is NaN.
# Pictures are laid out in pixels from the lower left corner (W x H of them).

set encoding utf8
set datafile separator tab
set datafile columnheaders
set datafile commentschars ''

N = 0
stats SUMMARY using (N = N + 1) nooutput

array VARIANT[N]; array LABEL[N]; array FAMILY[N]; array STATUS[N]
array RSS[N]; array HEAP[N]; array EXACT[N]; array CLAIMED[N]; array HIT[N]

num(s) = (s eq '-' || s eq '') ? NaN : real(s)
known(x) = x == x   # false for NaN alone
or_zero(x) = known(x) ? x : 0.0
at_least(a, b) = a > b ? a : b
at_most(a, b) = a < b ? a : b
row(c) = int(column(c)) + 1   # row(0): the element that this line is

failed(i) = STATUS[i] ne 'ok'   # and then it says what went wrong

# What is true of the whole run stands in every row; a failed row may lack it.
KEYS = '-'; DATASET = '-'; REVISION = '-'; HOST = '-'; NOISE = '-'
first(have, s) = have eq '-' ? s : have
# Each host has a noise of its own.
worst(have, s) = have eq '-' || (s ne '-' && real(s) > real(have)) ? s : have
stats SUMMARY using ( \
    VARIANT[row(0)] = strcol('variant'), LABEL[row(0)] = strcol('label'), \
    FAMILY[row(0)] = strcol('family'), STATUS[row(0)] = strcol('status'), \
    RSS[row(0)] = num(strcol('rss_bpk')), HEAP[row(0)] = num(strcol('heap_bpk')), \
    EXACT[row(0)] = num(strcol('exact_bpk')), CLAIMED[row(0)] = num(strcol('claimed_bpk')), \
    HIT[row(0)] = num(strcol('hit_mops')), \
    KEYS = first(KEYS, strcol('keys')), DATASET = first(DATASET, strcol('dataset')), \
    REVISION = first(REVISION, strcol('revision')), HOST = first(HOST, strcol('host')), \
    NOISE = worst(NOISE, strcol('noise')), \
    0) nooutput

# The published figures were made on one list of URLs; beside any other keys they
# would say what nobody claimed. artbench leaves them out; older ones did not.
CLAIMS_HOLD = KEYS eq '966956' && (DATASET eq 'urls967k' || DATASET eq 'original')
claim(i) = CLAIMS_HOLD && known(CLAIMED[i]) && CLAIMED[i] > 0 ? CLAIMED[i] : NaN

# The floor of the harness holds nothing and answers at once: on a shared scale
# it would flatten all others. It is drawn only where there is nothing else.
FLOORS = sum [i=1:N] (FAMILY[i] eq 'floor')
is_floor(i) = FAMILY[i] eq 'floor' && FLOORS < N

# Colours by name: whoever comes to the table or leaves it, the others keep theirs. Any
# two of these are told apart, each is told from white and from grey, which means
# 'unresolved' (tests/scripts/test_plots.sh computes it). Every mark is also labelled, so that no
# reading rests on colour.
COLOURS = 'art_boxed 009ccc  art_arena_key 3c30b4  art_arena_paper 0c78e4 ' . \
    'art_arena_prefix 006084  art_ref4 008490  art_inline 485484  page_front fc600c ' . \
    'page_fsst cc7800  page_for d8786c  frozen_front 780c90  hybrid_front d860f0 ' . \
    'art_copying 00843c  art_concurrent 8448d8  rwlock_art_boxed 846c9c ' . \
    'rwlock_art_copying 909c0c  rwlock_page_front a87854  art_no_simd 005418 ' . \
    'art_no_prefetch 849060  art_prefetch_path 603c60  art_no_node48 900060 ' . \
    'art_node80 fc18a8  page_no_simd 846c00  page_no_prefetch 783c24  null_index 189c84 ' . \
    'sorted_array 6c480c  glib_tree 006054  glib_hash cc789c  std_map 00a800 ' . \
    'rwlock_glib_tree cc246c  rwlock_glib_hash 9c6060  rust_btreemap b43000 ' . \
    'absl_btree b49000  judy_sl 8478f0  hat_trie c000b4  marisa_trie 900c30 ' . \
    'lmdb 546c00  tbb_hash fc0048'
# Of others, plug-ins and what is new, by family and name: some hue, dark enough.
LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789_/'
mixed(s) = int(sum [k=1:strlen(s)] strstrt(LETTERS, s[k:k]) * (2 * k * k + 5 * k + 1))
some_colour(s) = hsv2rgb((mixed(s) * 61 % 360) / 360.0, mixed(s) % 2 ? 1.0 : 0.7, \
    mixed(s) / 2 % 2 ? 0.56 : 0.42)
named(s) = strstrt(s, ', ') ? s[1:strstrt(s, ', ') - 1] : s   # without the host
place_in(list, s) = strstrt(' ' . list . ' ', ' ' . s . ' ')
word_behind(list, s) = word(list[place_in(list, s):*], 2)
colour_of(name, family) = place_in(COLOURS, name) ? \
    int('0x' . word_behind(COLOURS, name)) : some_colour(family . '/' . name)
array COLOUR[N]
do for [i=1:N] { COLOUR[i] = colour_of(named(VARIANT[i]), FAMILY[i]) }
INK = 0x222222; FAINT = 0x707070; RULE = 0xdddddd; ALARM = 0xb00020

# Marks by family: the one before each of them is the same, hollow.
SHAPES = '5 9 11 15 13'
FAMILIES = 'art 7  page 5  tree 9  hash 11  trie 13  frozen 15  array 15'
shape_of(family) = place_in(FAMILIES, family) ? int(word_behind(FAMILIES, family)) : \
    int(word(SHAPES, mixed(family) % words(SHAPES) + 1))
array SHAPE[N]; array LEADS[N]   # is it the first of its family?
do for [i=1:N] {
  LEADS[i] = (sum [j=1:i] (FAMILY[j] eq FAMILY[i])) == 1
  SHAPE[i] = shape_of(FAMILY[i])
}

# Rows run from the best to the worst: a picture says by key(i), least first, and takes
# ORDER[] from it. What has no figure comes behind, then what failed.
NONE = 1e300; LAST = 2e300
before(j, i) = key(j) < key(i) || (key(j) == key(i) && j < i)
rank_of(i) = 1 + (sum [j=1:N] before(j, i))
by_speed(i) = failed(i) ? LAST : known(HIT[i]) ? -HIT[i] : NONE
array ORDER[N]
# Where there are many, every other one has a band across the picture to read along.
MANY = 8
BAND = 0xf4f4f4

# 966956 -> 966,956
commas(s) = strlen(s) > 3 ? commas(s[1:strlen(s)-3]) . ',' . s[strlen(s)-2:*] : s
SUBJECT = DATASET . ', ' . commas(KEYS) . ' keys'
CORNER = 'data set ' . DATASET . '   revision ' . REVISION . '   host ' . HOST
# The reference against itself may be off by as much, as the table has it.
NOISE_ABOVE = 0.02
is_noisy = known(num(NOISE)) && num(NOISE) > NOISE_ABOVE
ALARM_TEXT = is_noisy ? sprintf('NOISY RUN: the reference against itself is off by %.1f %%', \
    100 * num(NOISE)) : ''

# About how wide a text is, in pixels, and never less than that in Arial.
WIDE = 'MW@%…—'
NARROW = "iljtfr.,:;|!'()[] /"
CAPITAL = 'ABCDEFGHJKLNOPQRSTUVXYZ&w'
em(c) = strstrt(WIDE, c) ? 0.96 : strstrt(NARROW, c) ? 0.38 : strstrt(CAPITAL, c) ? 0.75 : 0.58
ems(s) = strlen(s) ? (sum [k=1:strlen(s)] em(s[k:k])) : 0
text_width(s, size) = size * ems(s)
# The size, from `size` down to 10, at which the text fits into `room` pixels, and
# what of the text does.
fit(s, size, room) = at_least(10, at_most(size, room / at_least(1, ems(s))))
# Widths grow with every character: the beginnings that fit are the first so many.
# None of more characters than `most` does, so long texts take no longer.
most(size, room) = int(at_least(1, room / (0.38 * size)))
beginnings(s, size, room) = \
    sum [j=1:strlen(s)] (text_width(s[1:j] . '…', size) <= room)
cut(s, n) = s[1:n] . '…'
shorten(s, size, room) = \
    cut(s, int(at_least(1, beginnings(s[1:most(size, room)], size, room))))
clip(s, size, room) = text_width(s, size) <= room + 1 ? s : shorten(s, size, room)
clip_fit(s, size, room) = clip(s, fit(s, size, room), room)
face(size) = sprintf('Arial,%.1f', size)

# The one of 1, 2, 5, 10, 20, 50 ... that cuts [0, range] into about n parts.
nice(x) = x < 1.3 ? 1 : x < 2.6 ? 2 : x < 6 ? 5 : 10
step(range, n) = nice(range / n / 10 ** floor(log10(range / n))) * \
    10 ** floor(log10(range / n))

# Three significant digits, no exponent.
speed_text(v) = v >= 99.95 ? sprintf('%.0f', v) : v >= 9.995 ? sprintf('%.1f', v) : \
    v >= 0.0995 ? sprintf('%.2f', v) : sprintf('%.3f', v)

# The frame of a picture: canvas, title, subtitle, corner. A macro, for `@start`.
W = 900.0   # real, as every length: 7 / 2 is 3 in gnuplot
# What the alarm leaves of the lowest line.
corner_room = W - 40 - (is_noisy ? text_width(ALARM_TEXT, 12) + 12 : 0)
start = 'set terminal svg size W,H fixed font "Arial,13" background "#ffffff" noenhanced; ' . \
    'set output OUTPUT; unset key; ' . \
    'set label clip_fit(TITLE, 18, W - 40) at screen 20.0/W, screen 1 - 24.0/H left ' . \
    '  font face(fit(TITLE, 18, W - 40)) textcolor rgb INK; ' . \
    'set label clip_fit(SUBTITLE, 12.5, W - 130) at screen 20.0/W, screen 1 - 47.0/H left ' . \
    '  font face(fit(SUBTITLE, 12.5, W - 130)) textcolor rgb FAINT; ' . \
    'set label ALARM_TEXT at screen 20.0/W, screen 12.0/H left font face(12) ' . \
    '  textcolor rgb ALARM; ' . \
    'set label clip_fit(CORNER, 11, corner_room) at screen 1 - 12.0/W, screen 12.0/H right ' . \
    '  font face(fit(CORNER, 11, corner_room)) textcolor rgb FAINT; '

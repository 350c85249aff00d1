#!/usr/bin/env python3
"""A part of a trace that TESSERA_TRACE wrote, as a picture: draw_trace.py TRACE.json PICTURE.svg BEGIN END

BEGIN and END are milliseconds. A row for each rank; waits are grey, the innermost regions have a colour each.
"""

import html
import json
import sys

COLOURS = ["#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#b07aa1", "#edc948", "#76b7b2", "#9c755f"]
WIDTH, ROW, LEFT, TOP = 900, 44, 70, 34


def main(path, picture, begin, end):
    with open(path, encoding="utf-8") as text:
        events = json.load(text)["traceEvents"]
    begin, end = 1e3 * begin, 1e3 * end

    def x_of(time):
        return LEFT + (WIDTH - LEFT - 10) * (min(max(time, begin), end) - begin) / (end - begin)

    def is_seen(event):
        return event["ph"] == "X" and event["ts"] < end and event["ts"] + event["dur"] > begin and event["dur"] > 0

    ranks = sorted({event["pid"] for event in events})
    calls = sorted(filter(is_seen, events), key=lambda event: (event["cat"] == "waiting", -event["dur"]))
    # What fills the whole picture says nothing.
    calls = [c for c in calls if not (c["ts"] <= begin and c["ts"] + c["dur"] >= end)]
    names = list(dict.fromkeys(c["name"] for c in calls if c["cat"] == "region"))
    colour_of = dict(zip(names, COLOURS * len(names)))
    height = TOP + ROW * len(ranks) + 30
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{height}" fill="white"/>']
    at = LEFT
    for name in names + ["waiting"]:
        out.append(f'<rect x="{at}" y="8" width="12" height="12" fill="{colour_of.get(name, "#c8c8c8")}"/>'
                   f'<text x="{at + 16}" y="18">{html.escape(name)}</text>')
        at += 34 + 7 * len(name)
    middle = {rank: TOP + ROW * k + ROW / 2 for k, rank in enumerate(ranks)}
    for rank, y in middle.items():
        out.append(f'<text x="8" y="{y + 4}">rank {rank}</text>')
    for c in calls:
        x, y = x_of(c["ts"]), middle[c["pid"]] - ROW / 2 + 5
        width = max(x_of(c["ts"] + c["dur"]) - x, 0.3)
        out.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{ROW - 10}" '
                   f'fill="{colour_of.get(c["name"], "#c8c8c8")}"><title>{html.escape(c["name"])}</title></rect>')
    sent = {event["id"]: event for event in events if event["ph"] == "s"}
    for event in events:
        start = sent.get(event.get("id")) if event["ph"] == "f" else None
        if start and begin <= start["ts"] and event["ts"] <= end:
            out.append(f'<line x1="{x_of(start["ts"]):.1f}" y1="{middle[start["pid"]]}" x2="{x_of(event["ts"]):.1f}" '
                       f'y2="{middle[event["pid"]]}" stroke="black" stroke-width="0.6"/>')
    for k in range(6):
        time = begin + (end - begin) * k / 5
        out.append(f'<text x="{x_of(time):.0f}" y="{height - 8}" text-anchor="middle">{time / 1e3:.1f} ms</text>')
    with open(picture, "w", encoding="utf-8") as svg:
        svg.write("\n".join(out) + "\n</svg>\n")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4]))

#!/usr/bin/env python3
"""Reports in a real browser: switches, sorting, hints, colours, print, labels with markup, and nothing that leaves the page.

usage: run.py TAUSQ SOURCE_DIR OUTPUT_DIR

Needs Chromium (test.sh installs it) and the standard library. Screenshots and PDFs are kept in OUTPUT_DIR.
"""
import re
import subprocess
import sys
from pathlib import Path

from chromium import Browser

HOSTILE = """study,events_t,total_t,events_c,total_c
<script>window.hacked=1</script>,4,40,6,41
"<img src=x onerror=""window.hacked=1"">",7,60,9,58
"</title><svg onload=window.hacked=1>",5,50,8,52
\"\"\"><b>bold</b> & 'quotes' {{title}} $HOME `id`\",3,30,6,31
"""
VISIBLE_DRAWING = "[...document.querySelectorAll('#forest-plot .drawing')].filter(d => !d.hidden).map(d => [d.dataset.model, d.dataset.scale])"
FIRST_COLUMN = "[...document.querySelectorAll('#studies tbody tr')].map(r => r.cells[0].textContent)"

problems, checked = [], 0


def expect(what, holds):
    global checked
    checked += 1
    if not holds:
        problems.append(what)
        print(f"  {what}")


def quiet(page, name):
    """Nothing was logged, thrown or requested beside the file itself."""
    expect(f"{name}: exceptions {page.seen('Runtime.exceptionThrown')}", not page.seen("Runtime.exceptionThrown"))
    noise = [e for e in page.seen("Log.entryAdded", "Runtime.consoleAPICalled")]
    expect(f"{name}: console {noise}", not noise)
    requests = [e["request"]["url"] for e in page.seen("Network.requestWillBeSent")]
    expect(f"{name}: requests {requests}", all(url.startswith("file:") for url in requests) and len(requests) == 1)


def structure(page, name, text):
    ids = page.value("[...document.querySelectorAll('[id]')].map(e => e.id)")
    expect(f"{name}: ids twice", len(ids) == len(set(ids)))
    targets = page.value("[...document.querySelectorAll('nav a')].filter(a => !document.querySelector(a.getAttribute('href'))).length")
    expect(f"{name}: links into nothing", targets == 0)
    outside = [url for url in re.findall(r'(?:src|href|xlink:href)\s*=\s*"([^"]*)"', text) if not url.startswith("#")]
    expect(f"{name}: references {outside}", not outside)
    expect(f"{name}: the template is not filled", name == "hostile" or "{{" not in text)


def layout(page, name):
    for width in (1280, 768, 390):
        page.size(width, 900)
        widest = page.value("document.scrollingElement.scrollWidth")
        expect(f"{name}: {widest} wide on a screen of {width}", widest <= width)
    page.size(1280, 900)


def switches(page):
    expect("one drawing is shown", page.value(VISIBLE_DRAWING) == [["both", "natural"]])
    page.click("nav label:has(input[value=common])")
    expect("common effect is shown", page.value(VISIBLE_DRAWING) == [["common", "natural"]])
    page.click("nav label:has(input[value=analysis])")
    expect("analysis scale is shown", page.value(VISIBLE_DRAWING) == [["common", "analysis"]])
    heads = page.value("[...document.querySelectorAll('#studies thead th')].filter(h => h.offsetWidth).map(h => h.textContent)")
    expect(f"the table follows the scale: {heads}", "SE" in heads and not any(h.startswith("Odds Ratio") for h in heads))
    page.click("nav label:has(input[value=natural])")
    page.click("nav label:has(input[value=both])")
    expect("back to both", page.value(VISIBLE_DRAWING) == [["both", "natural"]])


def sorting(page):
    rows = page.value(FIRST_COLUMN)
    page.click("#studies th:nth-child(2) button")
    numbers = page.value("[...document.querySelectorAll('#studies tbody tr')].map(r => Number(r.cells[1].textContent))")
    expect(f"ascending: {numbers}", numbers == sorted(numbers) and len(numbers) == 13)
    expect("aria-sort", page.value("document.querySelector('#studies th:nth-child(2)').getAttribute('aria-sort')") == "ascending")
    page.click("#studies th:nth-child(2) button")
    expect("descending", page.value("[...document.querySelectorAll('#studies tbody tr')].map(r => Number(r.cells[1].textContent))") == sorted(numbers, reverse=True))
    page.click("#studies th:nth-child(2) button")
    expect("the order of the records comes back", page.value(FIRST_COLUMN) == rows)
    page.click("#studies th:nth-child(1) button")
    expect("names sort as names", page.value(FIRST_COLUMN) == sorted(rows, key=str.lower))
    page.click("#studies th:nth-child(1) button")
    page.click("#studies th:nth-child(1) button")
    feet = page.value("[...document.querySelectorAll('#studies tfoot tr')].map(r => r.cells[0].textContent)")
    expect(f"pooled rows stay below: {feet}", feet == ["Common effect", "Random effects"])


def hints(page):
    x, y = page.middle("#forest-plot .drawing:not([hidden]) g.study text")
    page.move(x, y)
    expect("a hint opens", page.value("!document.querySelector('.hint').hidden"))
    expect("with the study", page.value("document.querySelector('.hint').textContent").startswith("Aronson 1948: 0.39"))
    expect("its row lights up", page.value("document.querySelector('#studies tr.lit').cells[0].textContent") == "Aronson 1948")
    page.move(2, 2)
    expect("and closes", page.value("document.querySelector('.hint').hidden"))


def colours(page, output):
    paper = "getComputedStyle(document.body).backgroundColor"
    ink = "getComputedStyle(document.querySelector('#forest-plot svg')).fill"
    page.media(scheme="light")
    expect("light paper", page.value(paper) == "rgb(255, 255, 255)")
    page.screenshot(output / "light.png")
    page.media(scheme="dark")
    expect("dark paper", page.value(paper) == "rgb(20, 23, 27)")
    expect("the drawing follows", page.value(ink) == "rgb(231, 233, 236)")
    page.screenshot(output / "dark.png")
    page.click("#theme")
    expect("the button changes it", page.value(paper) == "rgb(255, 255, 255)")
    page.click("#theme")
    expect("and back", page.value(paper) == "rgb(20, 23, 27)")
    page.media("print", "dark")
    expect("paper is white", page.value(paper) == "rgb(255, 255, 255)")
    expect("no navigation on paper", page.value("getComputedStyle(document.querySelector('nav')).display") == "none")
    page.media()
    page.size(390, 900)
    page.screenshot(output / "narrow.png")
    page.size(1280, 900)
    page.pdf(output / "print.pdf")
    expect("the PDF has pages", (output / "print.pdf").read_bytes().count(b"/Type /Page") > 3)


def reports(tausq, source, output):
    """name -> path of every report"""
    (output / "hostile.csv").write_text(HOSTILE, encoding="utf-8")
    commands = {
        "bcg": [source / "datasets/bcg.csv", "--baseline", "0.05,0.1,0.2"],
        "subgroups": [source / "datasets/bcg.csv", "--measure", "RR", "--subgroup", "alloc"],
        "regression": [source / "datasets/bcg.csv", "--measure", "RR", "--mods", "ablat + factor(alloc)"],
        "proportions": [source / "datasets/vasospasm.csv"],
        "means": [source / "datasets/stroke-units.csv"],
        "generic": [source / "datasets/teacher-expectancy.csv"],
        "hostile": [output / "hostile.csv", "--title", "<script>window.hacked=1</script>{{script}}"],
    }
    for name, arguments in commands.items():
        subprocess.run([tausq, "report", *map(str, arguments), "-o", str(output / f"{name}.html")], check=True)
    return {name: output / f"{name}.html" for name in commands}


def main():
    tausq, source, output = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    output.mkdir(parents=True, exist_ok=True)
    with Browser() as browser:
        for name, path in reports(tausq, source, output).items():
            page = browser.open(path)
            structure(page, name, path.read_text(encoding="utf-8"))
            layout(page, name)
            page.screenshot(output / f"{name}.png")
            if name == "bcg":
                switches(page)
                sorting(page)
                hints(page)
                colours(page, output)
            if name == "hostile":
                expect("a label ran", page.value("window.hacked === undefined"))
                expect("a label made an element", page.value("document.querySelectorAll('main img, main b, main script').length") == 0)
                expect("the label is not there as text", page.value(FIRST_COLUMN)[0] == "<script>window.hacked=1</script>")
            quiet(page, name)
    print(f"{checked} things checked, {len(problems)} problems; screenshots in {output}")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main())

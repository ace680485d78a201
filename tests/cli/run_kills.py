#!/usr/bin/env python3
"""Kills the program while it writes, and takes the room away: a file is the old one or the whole new one, and nothing stays beside it.

usage: run_kills.py TAUSQ SOURCE_DIR [KILLS]      KILLS of every command, 16 by default

Every command writes over an older file. It is run
  - whole, which shows what it writes and how long it takes;
  - until it is killed (SIGKILL), half of the times at moments spread over its run, half of them once it has begun to write;
  - until it is ended by signals that can be caught: they leave no temporary file either;
  - with a limit on the size of files, on a full disk (where a small one can be mounted) and into /dev/full: exit 3, the old file stays.
Standard library only.
"""
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OLD = b"an older file\n"
COMMANDS = (
    ("result.json", "pool datasets/bcg.csv --measure RR -o result.json"),
    ("result.csv", "pool datasets/bcg.csv --measure RR -o result.csv"),
    ("plot.svg", "forest datasets/bcg.csv --measure RR -o plot.svg"),
    ("plot.png", "forest datasets/bcg.csv --measure RR -o plot.png"),
    ("report.html", "report datasets/bcg.csv --measure RR -o report.html"),
    ("many.csv", "batch many.tsv --by key -o many.csv"),
    ("many.jsonl", "batch many.tsv --by key -o many.jsonl"),
)


def records_of_many_keys(path, keys):
    with open(path, "w", encoding="utf-8") as file:
        file.write("key\tstudy\tyi\tvi\n")
        for key in range(keys):
            for study in range(4):
                file.write(f"g{key}\tS{study}\t{(key * 37 + study * 11) % 100 / 50 - 1}\t{0.01 + (key * 7 + study) % 13 / 100}\n")


class Folder:
    """Where a command runs: the records, and an older file under the name of the output."""

    def __init__(self, path, source_dir, name):
        self.path, self.name = Path(path), name
        if not (self.path / "datasets").exists():
            os.symlink(source_dir / "datasets", self.path / "datasets")
        self.kept = {"datasets", name}
        self.renew()

    def renew(self):
        (self.path / self.name).write_bytes(OLD)

    def found(self):
        return (self.path / self.name).read_bytes()

    def others(self):
        return sorted(set(os.listdir(self.path)) - self.kept)


class Runs:
    def __init__(self, tausq, source_dir, kills):
        self.tausq, self.source_dir, self.kills = tausq, source_dir, kills
        self.problems, self.checked, self.cut, self.left = [], 0, 0, 0

    def check(self, holds, what):
        self.checked += 1
        if not holds:
            self.problems.append(what)

    def start(self, command, folder, limit=None):
        def limited():
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        return subprocess.Popen([self.tausq, *command.split()], cwd=folder.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limited,
                                env=dict(os.environ, HOME=str(folder.path)))

    def whole(self, command, folder):
        """-> (what an undisturbed run writes, its seconds)"""
        begin = time.monotonic()
        process = self.start(command, folder)
        _, err = process.communicate()
        seconds = time.monotonic() - begin
        self.check(process.returncode == 0, f"{command}: exit {process.returncode}: {err.decode()[:300]}")
        self.check(not folder.others(), f"{command}: left {folder.others()}")
        return folder.found(), seconds

    def ended(self, command, folder, whole, number, wait):
        """Runs until wait(process) is over, then sends the signal."""
        folder.renew()
        process = self.start(command, folder)
        wait(process)
        process.send_signal(number)
        process.communicate()
        self.cut += process.returncode == -number
        found = folder.found()
        self.check(found in (OLD, whole), f"{command}: {number.name} left {len(found)} of {len(whole)} bytes")
        others = folder.others()
        if number == signal.SIGKILL:  # which leaves a process no time to remove what has a name
            self.left += len(others)
            self.check(all(name.startswith(".tausq-") for name in others), f"{command}: {number.name} left {others}")
            for name in others:
                os.unlink(folder.path / name)
        else:
            self.check(not others, f"{command}: {number.name} left {others}")

    def all_signals(self, command, folder, whole, seconds):
        for i in range(self.kills):
            pause = seconds * (i + 1) / self.kills
            self.ended(command, folder, whole, signal.SIGKILL, has_written(pause / 2) if i % 2 else lambda process: time.sleep(pause))
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
            self.ended(command, folder, whole, number, has_written(0))

    def refused(self, command, folder, what, **limits):
        process = self.start(command, folder, **limits)
        out, err = process.communicate()
        self.check(process.returncode == 3 and not out and (b"E_OUTPUT_PATH" in err or b"E_CONVERTER" in err),
                   f"{command}, {what}: exit {process.returncode}, {err.decode()[:300]!r}")
        self.check(folder.found() == OLD, f"{command}, {what}: the older file is gone")
        self.check(not folder.others(), f"{command}, {what}: left {folder.others()}")

    def without_room(self, command, folder, whole):
        folder.renew()
        for limit in (0, len(whole) // 2, len(whole) - 1):
            self.refused(command, folder, f"files of at most {limit} bytes", limit=limit)
        full = f"full{Path(folder.name).suffix}"
        os.symlink("/dev/full", folder.path / full)
        folder.kept.add(full)
        if not full.endswith(".png"):
            self.refused(command.replace(f"-o {folder.name}", f"-o {full}"), folder, "/dev/full")


def has_written(more):
    """Waits until the process has written something, then `more` seconds."""
    def wait(process):
        while process.poll() is None:
            try:
                account = Path(f"/proc/{process.pid}/io").read_text()
            except OSError:
                return
            if "wchar: 0\n" not in account:
                return time.sleep(more)
    return wait


def on_full_disk(runs, command, name, whole, many, place):
    """The same on a disk with room for half of the output. -> whether one could be mounted"""
    room = (len(OLD) // 4096 + 1 + max(1, len(whole) // 2 // 4096)) * 4096
    if len(whole) <= room - 4096:
        return True
    place.mkdir(exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}", "none", str(place)], stderr=subprocess.DEVNULL).returncode:
        return False
    try:
        folder = Folder(place, runs.source_dir, name)
        runs.refused(command.replace("many.tsv", str(many)), folder, f"a disk of {room} bytes")
    finally:
        subprocess.run(["umount", str(place)], check=True)
    return True


def main():
    tausq, source_dir = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    runs = Runs(str(tausq), source_dir, int(sys.argv[3]) if len(sys.argv) > 3 else 16)
    mounted = os.geteuid() == 0 and shutil.which("mount") is not None
    with tempfile.TemporaryDirectory() as base:
        many = Path(base) / "many.tsv"
        records_of_many_keys(many, 20000)
        for name, command in COMMANDS:
            if name.endswith(".png") and not shutil.which("rsvg-convert"):
                print("plot.png: rsvg-convert is missing")
                continue
            place = Path(base) / name.replace(".", "-")
            place.mkdir()
            os.link(many, place / "many.tsv")
            folder = Folder(place, source_dir, name)
            folder.kept.add("many.tsv")
            whole, seconds = runs.whole(command, folder)
            again, _ = runs.whole(command, folder)
            runs.check(whole == again and len(whole) > 200, f"{command}: two runs wrote different files")
            runs.all_signals(command, folder, whole, seconds)
            runs.without_room(command, folder, whole)
            mounted = mounted and on_full_disk(runs, command, name, whole, many, Path(base) / "disk")
    for problem in runs.problems:
        print(problem)
    print(f"{runs.checked} things checked, {runs.cut} runs cut short, {runs.left} names left by SIGKILL, "
          f"{'full disk tried' if mounted else 'no full disk could be mounted'}, {len(runs.problems)} failed")
    return 1 if runs.problems or runs.cut == 0 else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main())

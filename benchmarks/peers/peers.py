"""Times of tausq and of its peers for the same work on the same numbers, as a table and as JSON.

usage: peers.py BUILD_DIR WORK_DIR [RESULTS.json]; see run.sh

Every time is the least of several runs, processor time of one core (so that other work on the machine does not count), without reading
files: R and Python are warm, tausq is called through its C interface. A peer's result must agree with tausq's, or its time is not shown.
"""
import ctypes
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import numpy

try:
    from statsmodels.stats.meta_analysis import combine_effects
except ImportError:
    combine_effects = None
try:
    import pymare
except ImportError:
    pymare = None

SECONDS = 0.3  # that a measurement takes, or one run of what is slower


def least(work):
    """The least time of one call in seconds, and its result."""
    best, result, begin = float("inf"), None, time.perf_counter()
    while best == float("inf") or time.perf_counter() - begin < SECONDS:
        before = time.process_time()
        result = work()
        best = min(best, time.process_time() - before)
    return best, result


class Tausq:
    """The C interface, as far as it is needed here."""

    def __init__(self, build):
        self.lib = ctypes.CDLL(str(next((build / "bindings" / "c").glob("libtausq_c.so*"))))
        self.lib.tausq_message.restype = self.lib.tausq_batch_column.restype = ctypes.c_char_p
        self.lib.tausq_batch_columns.restype = ctypes.c_size_t
        self.names = [self.lib.tausq_batch_column(ctypes.c_size_t(i)).decode() for i in range(self.lib.tausq_batch_columns())]
        self.options_type = type("Options", (ctypes.Structure,), {"_fields_": [("struct_size", ctypes.c_size_t)] + [
            (name, ctypes.c_char_p) for name in ("measure", "pooling", "tau2", "interval", "prediction", "model", "preset")] + [
            ("level", ctypes.c_double), ("more", ctypes.c_char_p)]})

    def check(self, status):
        if status:
            raise RuntimeError(self.lib.tausq_message().decode())

    def options(self, **words):
        options = self.options_type(struct_size=ctypes.sizeof(self.options_type))
        for name, word in words.items():
            setattr(options, name, word.encode())
        return options

    @staticmethod
    def pointer(array):
        return array.ctypes.data_as(ctypes.POINTER(ctypes.c_double))

    def pool(self, call, arrays, path, **words):
        """A function that runs one analysis and gives one number of it."""
        arrays = [numpy.ascontiguousarray(x, dtype=float) for x in arrays]
        options = self.options(more='{"sensitivity": false}', **words)  # the model asked for, no others beside it

        def work():
            result, value = ctypes.c_void_p(), ctypes.c_double()
            self.check(getattr(self.lib, call)(*map(self.pointer, arrays), ctypes.c_size_t(len(arrays[0])), ctypes.byref(options),
                                               ctypes.byref(result)))
            self.check(self.lib.tausq_number(result, path.encode(), ctypes.byref(value)))
            self.lib.tausq_free(result)
            return value.value

        return work

    def run(self, verb, records, options, path):
        records, options = records.encode(), json.dumps(options).encode()

        def work():
            result, value = ctypes.c_void_p(), ctypes.c_double()
            self.check(self.lib.tausq_run(verb.encode(), b"records.csv", records, ctypes.c_size_t(len(records)), options,
                                          ctypes.byref(result)))
            self.check(self.lib.tausq_number(result, path.encode(), ctypes.byref(value)))
            self.lib.tausq_free(result)
            return value.value

        return work

    def batch(self, yi, vi, column, **words):
        """A function that pools all rows and gives the mean of a column of results."""
        (n, k), options = yi.shape, self.options(**words)
        out = numpy.empty(n)
        columns = (ctypes.POINTER(ctypes.c_double) * 2)(self.pointer(yi), self.pointer(vi))
        fits = (ctypes.POINTER(ctypes.c_double) * len(self.names))()
        fits[self.names.index(column)] = self.pointer(out)

        def work():
            self.check(self.lib.tausq_batch(0, columns, ctypes.c_size_t(n), ctypes.c_size_t(k), None, ctypes.byref(options),
                                            ctypes.c_size_t(1), fits))
            return float(out.mean())

        return work


def effects(k, n=1):
    rng = numpy.random.default_rng(k)
    vi = rng.uniform(0.01, 0.1, (n, k))
    return rng.normal(0.3, numpy.sqrt(vi + 0.04)), vi


def records(yi, vi):
    return "study,yi,vi\n" + "".join(f"s{i},{y!r},{v!r}\n" for i, (y, v) in enumerate(zip(yi.tolist(), vi.tolist())))


class Cases:
    """Every piece of work: name, how often it is done in one call, what each program does. Only R's names stand here: see peers.R."""

    def __init__(self, tausq, work):
        self.tausq, self.work, self.list = tausq, work, []

    def add(self, name, ours, **peers):
        self.list.append((name, ours, {peer: call for peer, call in peers.items() if call}))

    def table(self, name, **columns):
        """The inputs of a case for R."""
        (self.work / f"{name}.json").write_text(json.dumps({key: numpy.asarray(value).tolist() for key, value in columns.items()}))

    def pymare_fit(self, estimator, yi, vi):
        if not pymare:
            return None

        def work():
            data = pymare.Dataset(y=yi.T, v=vi.T)
            return float(estimator().fit_dataset(data).summary().get_fe_stats()["est"].mean())

        return work

    def all(self):
        t = self.tausq
        reml = (lambda: pymare.estimators.VarianceBasedLikelihoodEstimator(method="reml")) if pymare else None
        dl = pymare.estimators.DerSimonianLaird if pymare else None
        for k in (13, 1000):
            yi, vi = effects(k)
            self.table(f"reml-{k}", yi=yi[0], vi=vi[0])
            self.add(f"reml-{k}", t.pool("tausq_pool_effects", (yi[0], vi[0]), "random.estimate", tau2="REML", interval="hk"),
                     pymare=self.pymare_fit(reml, yi, vi) if pymare else None,
                     statsmodels_dl=(lambda y=yi[0], v=vi[0]: combine_effects(y, v, method_re="dl").mean_effect_re) if combine_effects else None)
        yi, vi = effects(10, 20000)
        self.table("batch", yi=yi[:20], vi=vi[:20])
        for name, column, words, estimator in (("batch-common", "common_estimate", {"model": "common"},
                                                pymare.estimators.WeightedLeastSquares if pymare else None),
                                               ("batch-dl", "estimate", {"tau2": "DL", "interval": "z", "model": "random"}, dl)):
            self.add(name, t.batch(yi, vi, column, **words), pymare=self.pymare_fit(estimator, yi, vi) if pymare else None)
        few = slice(0, 200)
        self.add("batch-reml", t.batch(yi, vi, "estimate", tau2="REML", interval="z", model="random"),
                 pymare_200=self.pymare_fit(reml, yi[few], vi[few]) if pymare else None)
        ai, bi = [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27], [119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886]
        ci, di = [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29], [128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825]
        self.table("bcg", ai=ai, bi=bi, ci=ci, di=di)
        self.add("conditional-bcg", t.pool("tausq_pool_two_arm", (ai, bi, ci, di), "random.estimate", measure="OR"))
        self.add("mantel-haenszel-bcg", t.pool("tausq_pool_two_arm", (ai, bi, ci, di), "common.estimate", measure="OR", pooling="mh", model="common"))
        rng = numpy.random.default_rng(20)
        total = rng.integers(20, 60, 20)
        events = rng.binomial(total, 1 / (1 + numpy.exp(0.8 + 0.5 * rng.normal(size=20))))
        self.table("glmm", events=events, total=total)
        self.add("glmm-20", t.pool("tausq_pool_counts", (events, total), "random.estimate", measure="PLO"))
        yi, vi = effects(50)
        self.table("leave-one-out", yi=yi[0], vi=vi[0])
        self.add("leave-one-out-50", t.run("influence", records(yi[0], vi[0]), {"tau2": "REML"}, "leave_one_out.0.estimate"))
        yi, vi = effects(13)
        self.add("bootstrap-13", t.run("pool", records(yi[0], vi[0]), {"tau2": "REML", "bootstrap": "nonparametric", "replicates": 1000, "threads": 1},
                                       "random.estimate"))
        return self.list


MEANING = {
    "reml-13": "random effects by REML with Hartung-Knapp, k = 13 (statsmodels: DL)",
    "reml-1000": "the same, k = 1,000",
    "batch-common": "common effect of k = 10, a set",
    "batch-dl": "DerSimonian-Laird of k = 10, a set",
    "batch-reml": "REML of k = 10, a set",
    "conditional-bcg": "conditional hypergeometric-normal model, BCG trials, with profile likelihood (metafor: Wald)",
    "mantel-haenszel-bcg": "Mantel-Haenszel odds ratio, BCG trials",
    "glmm-20": "binomial-normal GLMM of 20 proportions, with profile likelihood (metafor: Wald)",
    "leave-one-out-50": "leave-one-out by REML, k = 50",
    "bootstrap-13": "1,000 bootstrap replicates by REML, k = 13, with BCa intervals (metafor: the refits alone)",
}
SETS = {"batch-common": 20000, "batch-dl": 20000, "batch-reml": 20000}


def agrees(ours, theirs):
    """To the digits that the peers' iterations give; estimates of different sets or models are not compared."""
    return abs(ours - theirs) <= 2e-3 * (abs(ours) + 0.01)


def measured(cases):
    rows = {}
    for name, ours, peers in cases:
        seconds, value = least(ours)
        row = rows[name] = {"tausq": seconds / SETS.get(name, 1)}
        for peer, call in peers.items():
            sets = 200 if peer.endswith("_200") else SETS.get(name, 1)
            theirs, number = least(call)
            comparable = sets == SETS.get(name, 1) and not peer.endswith("_dl")
            if comparable and not agrees(value, number):
                print(f"{name}: {peer} gives {number!r}, tausq {value!r}: no time shown", file=sys.stderr)
                continue
            row[peer.split("_")[0]] = theirs / sets
        row["value"] = value
    return rows


def add_metafor(rows, work):
    script = Path(__file__).with_name("peers.R")
    try:
        done = subprocess.run(["Rscript", "--vanilla", str(script), str(work)], capture_output=True, text=True, timeout=1200)
    except (OSError, subprocess.TimeoutExpired):
        return
    for line in done.stdout.splitlines():
        name, seconds, value = line.split()
        if name.startswith("batch") or agrees(rows[name]["value"], float(value)):
            rows[name]["metafor"] = float(seconds)
        else:
            print(f"{name}: metafor gives {value}, tausq {rows[name]['value']!r}: no time shown", file=sys.stderr)


def calibration(build):
    """Nanoseconds of one logarithm in a fused vector loop, where the benchmarks are built."""
    program = build / "benchmarks" / "tausq_benchmarks"
    if not program.exists():
        return None
    out = subprocess.run([program, "--benchmark_filter=calibration", "--benchmark_format=json"], capture_output=True, text=True, check=True)
    return json.loads(out.stdout)["benchmarks"][0]["cpu_time"] / 1024


def machine():
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    return f"{model or platform.machine()}, {os.cpu_count()} processors"


def shown(seconds):
    for unit, size in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def table(rows):
    peers = [peer for peer in ("metafor", "statsmodels", "pymare") if any(peer in row for row in rows.values())]
    lines = ["| work | tausq | " + " | ".join(f"{peer} / tausq" for peer in peers) + " |", "|---|---:|" + "---:|" * len(peers)]
    for name, row in rows.items():
        ratios = [f"{row[peer] / row['tausq']:,.3g}".replace("e+0", "e") if peer in row else "" for peer in peers]
        lines.append(f"| {MEANING[name]} | {shown(row['tausq'])} | " + " | ".join(ratios) + " |")
    return "\n".join(lines)


def main():
    build, work = Path(sys.argv[1]), Path(sys.argv[2])
    rows = measured(Cases(Tausq(build), work).all())
    add_metafor(rows, work)
    for row in rows.values():
        del row["value"]
    unit = calibration(build)
    result = {"date": time.strftime("%Y-%m-%d"), "machine": machine(), "calibration_ns": unit, "seconds": rows}
    print(f"{result['date']}, {result['machine']}" + (f"; calibration: {unit:.2f} ns a logarithm" if unit else ""))
    print(table(rows))
    if len(sys.argv) > 3:
        Path(sys.argv[3]).write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""Makes a scenario smaller as long as kernel and simulator still disagree about it in the same kind of field.

What is tried: fewer events, rules, parts of rules, chains, tables, routes, settings, listeners, devices and addresses, no
flags, policies that accept.  What the kernel refuses is no smaller case.
"""
import copy, json, re

RULES = ("iptables", "ip6tables")
FLAGS = ("sink", "lo_addresses", "listeners", "sysctls", "ip", "commands", "x_fresh", "probe_ct", "note") + RULES


def kind(diff):
    return re.sub(r"\(.*| rule \d+.*", "", diff["field"])


class Shrinker:
    """`ask`: scenario -> differences, or None where there is nothing to compare"""

    def __init__(self, scenario, diffs, ask, runs):
        self.best, self.diffs, self.ask, self.left = copy.deepcopy(scenario), diffs, ask, runs
        self.runs, self.field = 0, kind(diffs[0])

    def accept(self, smaller):
        """takes over what still disagrees"""
        if self.left <= 0 or not smaller.get("events"):
            return False
        self.left, self.runs = self.left - 1, self.runs + 1
        found = self.ask(smaller)
        if not found or all(kind(d) != self.field for d in found):
            return False
        self.best, self.diffs = smaller, found
        return True

    def with_(self, **changes):
        smaller = copy.deepcopy(self.best)
        for key, value in changes.items():
            smaller[key] = value
        return smaller

    def run(self):
        event = self.diffs[0]["event"]
        if event is not None:
            self.accept(self.with_(events=self.best["events"][:event + 1]))
        before = None
        while before != json.dumps(self.best) and self.left > 0:
            before = json.dumps(self.best)
            self.flags()
            self.listed("events")
            for key in RULES:
                self.rules(key)
            for key in ("ip", "listeners", "commands"):
                self.listed(key)
            self.settings()
            self.devices()
        return self.best, self.diffs, self.runs

    # ---- lists

    def fewer(self, items, make):
        """drops runs of items, long ones first; `make`: items left -> scenario"""
        size = max(1, len(items) // 2)
        while items and size:
            at, dropped = 0, False
            while at < len(items):
                rest = items[:at] + items[at + size:]
                if self.accept(make(rest)):
                    items, dropped = rest, True
                else:
                    at += size
            size = size if dropped and size == 1 else size // 2
        return items

    def listed(self, key):
        items = self.best.get(key)
        if isinstance(items, list):
            self.fewer(items, lambda rest: self.with_(**{key: rest}))

    def settings(self):
        if self.best.get("sysctls"):
            self.fewer(list(self.best["sysctls"].items()), lambda rest: self.with_(sysctls=dict(rest)))

    def flags(self):
        for key in FLAGS:
            if key in self.best:
                smaller = copy.deepcopy(self.best)
                del smaller[key]
                self.accept(smaller)

    def devices(self):
        for n in range(len(self.best["interfaces"]) - 1, -1, -1):
            devices = self.best["interfaces"]
            self.accept(self.with_(interfaces=devices[:n] + devices[n + 1:]))
        for n, device in enumerate(self.best["interfaces"]):
            def changed(new, n=n):
                devices = copy.deepcopy(self.best["interfaces"])
                devices[n] = new
                return self.with_(interfaces=devices)
            for smaller in ({k: v for k, v in device.items() if k != "mtu"}, {**device, "addresses": []}):
                if smaller != device and self.accept(changed(smaller)):
                    device = smaller
            device = self.best["interfaces"][n]
            if len(device.get("addresses", ())) > 1:
                self.fewer(device["addresses"], lambda rest: changed({**device, "addresses": rest}))

    # ---- rules

    def rules(self, key):
        if not self.best.get(key):
            return
        text = lambda lines: self.with_(**{key: "\n".join(lines) + "\n"})
        lines = self.best[key].rstrip("\n").split("\n")
        numbers = [i for i, line in enumerate(lines) if line.startswith("-A ")]
        kept = self.fewer(numbers, lambda rest: text([l for i, l in enumerate(lines) if not l.startswith("-A ") or i in rest]))
        lines = [l for i, l in enumerate(lines) if not l.startswith("-A ") or i in kept]
        for n, line in enumerate(lines):
            if line.startswith("-A "):
                words = line.split(" ", 2)
                if len(words) == 3:
                    self.fewer(parts(words[2]), lambda rest, n=n, words=words: text(
                        lines[:n] + [" ".join(words[:2] + rest)] + lines[n + 1:]))
                    lines = self.best[key].rstrip("\n").split("\n")
            elif line.startswith(":") and " DROP" in line:
                if self.accept(text(lines[:n] + [line.replace(" DROP", " ACCEPT")] + lines[n + 1:])):
                    lines = self.best[key].rstrip("\n").split("\n")
        self.accept(text([l for l in lines if not unused(l, lines)]))
        bare = re.sub(r"\*\w+\n(:\S+ \S+.*\n)+COMMIT\n", "", self.best[key])
        if bare != self.best[key] and bare:
            self.accept(self.with_(**{key: bare}))


def parts(rule):
    """a rule's options with their values; those of a match as one, and each by itself where it has several"""
    found = re.findall(r"(?:! )?--?[A-Za-z](?:\"[^\"]*\"|[^\s\"])*(?: (?!-|! )(?:\"[^\"]*\"|\S+))*", rule)
    out, match = [], False
    for option in found:
        bare = option[2:] if option.startswith("! ") else option
        if bare.startswith("--") and match:
            out[-1] += " " + option
        else:
            out.append(option)
        match = match and bare.startswith("--") or bare.startswith(("-m ", "-j "))
    return out


def unused(line, lines):
    """a chain of the user's that no rule names"""
    chain = re.match(r":(\S+) -", line)
    return bool(chain) and not any(re.search(r"(-A| -[jg]) " + re.escape(chain[1]) + r"( |$)", l) for l in lines)

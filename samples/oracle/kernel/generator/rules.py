"""Rule sets: tables, chains of their own, rules."""
from . import matches, targets
from .place import HOOKS, INWARD, Names, OUTWARD, Place

CHANCES = (("raw", 0.3), ("mangle", 0.5), ("nat", 0.6), ("filter", 0.8), ("security", 0.15))
PROTOCOLS = (None, None, None, "tcp", "tcp", "udp", "udp", "icmp", "icmp", "sctp", "dccp", "udplite", "47", "all")


def devices(p):
    """-i and -o; user chains may ask for both, base chains only for what a packet has there"""
    out = []
    inward, outward = (True, True) if p.called else (p.only(INWARD), p.only(OUTWARD))
    for option, fits, chance in (("-i", inward, 0.4), ("-o", outward, 0.3)):
        if fits and p.r.random() < chance * (0.4 if p.called else 1):
            out.append(f"{p.no(0.1)}{option} {p.pick('eth0', 'eth1', 'eth2', 'eth0', 'eth1', 'eth2', 'eth+', 'lo', 'nix0')}")
    return out


def header(p, needs):
    """what stands before the matches; `needs` is a target's: its protocol or destination"""
    r, parts = p.r, devices(p)
    if r.random() < 0.3:
        side = p.pick("-s", "-d") if "-d " not in needs else "-s"
        parts.append(f"{p.no()}{side} {p.network()}")
    if needs:
        parts.append(needs)
    if needs.startswith("-p"):
        p.protocol = needs.split()[1]
        return parts
    protocol = r.choice(PROTOCOLS)
    if protocol == "icmp" and p.v6:
        protocol = "icmpv6"
    if protocol:
        negated = r.random() < 0.08 and protocol != "all"
        parts.append(f"{'! ' if negated else ''}-p {protocol}")
        if not negated:
            p.protocol = protocol
            if protocol in matches.PORTED + ("icmp", "icmpv6") and r.random() < 0.6:
                parts.append(matches.of_protocol(p))
    if not p.v6 and r.random() < 0.03 and "port" not in " ".join(parts) and p.protocol in ("", "all"):
        parts.append(p.no() + "-f")
    return parts


# other words that iptables takes for the same; `-w`, `-4` and their kin belong to command lines, not to rules
SPELLINGS = {"-s": ("--source", "--src"), "-d": ("--destination", "--dst"), "-i": ("--in-interface",), "-o": ("--out-interface",),
             "-p": ("--protocol", "--proto"), "-m": ("--match",), "-j": ("--jump",), "-g": ("--goto",), "-f": ("--fragment",),
             "--ttl-eq": ("--ttl",), "--hl-eq": ("--hl",)}


def spelled(r, line):
    words = line.split(" ")
    for n, word in enumerate(words):
        if n > 1 and word in SPELLINGS and r.random() < 0.02:
            words[n] = r.choice(SPELLINGS[word])
    if r.random() < 0.02:
        words[2:2] = ["-c", "0", "0"]
    return " ".join(words)


def rule(p, chain, chains):
    needs, verdict = targets.one(p, chains)
    parts = header(p, needs)
    parts.append(matches.several(p, p.r.choices([0, 1, 2], [4, 5, 1])[0]))
    return spelled(p.r, " ".join(f"-A {chain} {' '.join(parts)} {verdict}".split()))


def table(r, net, name, names):
    hooks = HOOKS[name]
    many = r.random() < (0.4 if name != "nat" else 0.15)
    users = ["u1", "u2"] if many else []
    alone, caller = (["only"], r.choice(hooks)) if r.random() < 0.25 else ([], None)
    lines = [f"*{name}"]
    lines += [f":{h} {'DROP' if name == 'filter' and r.random() < 0.15 else 'ACCEPT'} [0:0]" for h in hooks]
    lines += [f":{u} - [0:0]" for u in users + alone]
    for hook in hooks:
        callable_ = users + (alone if hook == caller else [])
        for _ in range(r.choice([0, 1, 2, 3])):
            lines.append(rule(Place(r, net, name, {hook}, names), hook, callable_))
        if hook == caller:
            lines.append(f"-A {hook} -j only")
    for n, user in enumerate(users):
        for _ in range(r.choice([1, 2])):
            lines.append(rule(Place(r, net, name, hooks, names, called=True), user, users[n + 1:]))
    for _ in alone:
        for _ in range(r.choice([1, 2])):
            lines.append(rule(Place(r, net, name, {caller}, names, called=True), "only", []))
    return "\n".join(lines) + "\nCOMMIT\n"


def ruleset(r, net, seed):
    """as iptables-save prints it; empty now and then"""
    names = Names(seed, net.v6)
    return "".join(table(r, net, name, names) for name, chance in CHANCES if r.random() < chance)

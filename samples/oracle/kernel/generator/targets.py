"""All targets that the product reads, as a table: name, weight, where it may stand, and a function that writes one."""
from .place import OUTWARD

TABLE = []
NOT_NAT = {"raw", "mangle", "filter", "security"}


def target(name, weight=2, tables=None, hooks=None):
    def enter(function):
        TABLE.append((name, weight, tables, hooks, function))
        return function
    return enter


def one(p, chains=()):
    """-> (what the rule must say of the protocol, text).  `chains` may be called from here."""
    if chains and p.r.random() < 0.2:
        return "", p.pick("-j ", "-g ") + p.r.choice(chains)
    fits = [(w, f) for _, w, tables, hooks, f in TABLE if (not tables or p.table in tables) and (not hooks or p.only(hooks))]
    text = p.r.choices([f for _, f in fits], [w for w, _ in fits])[0](p)
    return text if isinstance(text, tuple) else ("", text)


def bits(p):
    return p.pick("1", "2", "3", "0x10", "0x11/0xff", "2/3", "0")


@target("ACCEPT", 6)
def accept(p): return "-j ACCEPT"


@target("nothing", 4)
def nothing(p): return ""


@target("RETURN", 4)
def return_(p): return "-j RETURN"


@target("DROP", 3, NOT_NAT)
def drop(p):
    return "-j DROP" if p.table in ("filter", "security") or p.r.random() < 0.3 else ""


@target("REJECT", 6, {"filter"})
def reject(p):
    r = p.r.random()
    if r < 0.25:
        return "-j REJECT"
    if r < 0.45:
        return "-p tcp", "-j REJECT --reject-with " + p.pick("tcp-reset", "tcp-reset" if p.v6 else "tcp-rst")
    return "-j REJECT --reject-with " + (
        p.pick("icmp6-no-route", "icmp6-adm-prohibited", "icmp6-addr-unreachable", "icmp6-port-unreachable", "icmp6-policy-fail",
               "icmp6-reject-route", "no-route", "addr-unreach", "adm-prohibited", "port-unreach", "policy-fail", "reject-route")
        if p.v6 else
        p.pick("icmp-host-unreachable", "icmp-admin-prohibited", "icmp-proto-unreachable", "icmp-net-unreachable",
               "icmp-port-unreachable", "icmp-net-prohibited", "icmp-host-prohibited", "host-unreach", "net-unreach",
               "proto-unreach", "port-unreach", "net-prohib", "host-prohib", "admin-prohib"))


@target("LOG", 2)
def log(p):
    flags = [f for f in ("--log-tcp-sequence", "--log-tcp-options", "--log-ip-options", "--log-uid", "--log-macdecode") if p.r.random() < 0.2]
    level = [f"--log-level {p.pick('4', 'debug', '7')}"] if p.r.random() < 0.3 else []
    return " ".join(["-j LOG", f'--log-prefix "{p.pick("seen ", "a b: ", "x")}"'] + level + flags)


@target("NFLOG", 3)
def nflog(p):
    prefix = p.pick("", '--nflog-prefix "to group"')
    return " ".join(f"-j NFLOG --nflog-group {p.pick(2, 3, 4)} {prefix} {p.pick('', '', '--nflog-size 64')}".split())


@target("MARK", 5)
def mark(p):
    how = p.pick("--set-mark", "--set-mark", "--set-xmark", "--or-mark", "--and-mark", "--xor-mark")
    return f"-j MARK {how} {p.pick('1', '2', '1', '3', '0x10')}"


@target("masked MARK", 1)
def masked_mark(p):
    return f"-j MARK {p.pick('--set-mark', '--set-xmark')} {bits(p)}"


@target("CONNMARK", 6)
def connmark(p):
    mask = p.pick("", "", "--mask 0x3", "--nfmask 0xff --ctmask 0xff", "--nfmask 0x1 --ctmask 0xf")
    return p.pick("-j CONNMARK --save-mark " + mask, "-j CONNMARK --restore-mark " + mask,
                  f"-j CONNMARK {p.pick('--set-mark', '--set-xmark')} {bits(p)}",
                  f"-j CONNMARK {p.pick('--or-mark', '--and-mark', '--xor-mark')} {p.pick(1, 2, 3)}").rstrip()


@target("TTL", 5, {"mangle"})
def ttl(p):
    name = "hl" if p.v6 else "ttl"
    return f"-j {name.upper()} --{name}-{p.pick('set 5', 'dec 1', 'inc 1', 'dec 70', 'set 0', 'set 255', 'inc 200')}"


@target("DSCP", 2, {"mangle"})
def dscp(p): return "-j DSCP " + p.pick("--set-dscp 10", "--set-dscp 0", "--set-dscp-class EF", "--set-dscp-class CS4")


@target("TOS", 3, {"mangle"})
def tos(p):
    return "-j TOS " + p.pick("--set-tos 0x10", "--set-tos 0x10/0x3f", "--set-tos Maximize-Throughput", "--and-tos 0xf0", "--or-tos 8", "--xor-tos 0x18")


@target("TCPMSS", 3, None, OUTWARD)
def tcpmss(p):
    flags = p.pick("--syn", "--tcp-flags SYN SYN", "--tcp-flags SYN,RST SYN")
    return f"-p tcp {flags}", "-j TCPMSS " + p.pick("--clamp-mss-to-pmtu", "--clamp-mss-to-pmtu", "--set-mss 1000", "--set-mss 1400", "--set-mss 80")


@target("CLASSIFY", 2, None, OUTWARD)
def classify(p): return f"-j CLASSIFY --set-class {p.pick('1:10', 'a:ff', '0:6')}"


@target("TEE", 2, {"mangle", "raw", "filter"})
def tee(p):
    gateway = p.r.choice(p.net.hosts[1] + p.net.hosts[2])
    oif = p.pick("", "", f" --oif eth{p.pick(1, 2)}")
    # a group asks for neighbours of its own
    return f"! -d {'ff00::/8' if p.v6 else '224.0.0.0/4'}", f"-j TEE --gateway {gateway}{oif}"


@target("CT", 4, {"raw"})
def ct(p):
    return "-j CT " + p.pick("--notrack", "--notrack", f"--zone {p.pick(1, 2)}", f"--zone {p.pick(1, 2)}", f"--zone-orig {p.pick(1, 2)}",
                             f"--zone-reply {p.pick(1, 2)}")


@target("NOTRACK", 2, {"raw"})
def notrack(p): return "-j NOTRACK"


@target("TRACE", 2, {"raw"})
def trace(p): return "-j TRACE"


# ---- address translation

def flags(p, *names):
    return "".join(f" {n}" for n in names if p.r.random() < 0.12)


def mapping(p, addresses, *more_ports):
    """-> (protocol needed, addresses with or without ports)"""
    r, v6 = p.r, p.v6
    low = r.choice(addresses)
    span = low if r.random() < 0.75 else p.net.span(low)
    if r.random() < 0.6:
        return "", span
    ports = p.pick("80", "8080", "8080-8082", "6000-6003", "5353", *more_ports)
    bracketed = f"[{span}]" if v6 else span
    return f"-p {p.pick('udp', 'udp', 'tcp', 'sctp', 'dccp')}", f"{bracketed}:{ports}"


@target("DNAT", 6, {"nat"}, {"PREROUTING", "OUTPUT"})
def dnat(p):
    needs, to = mapping(p, p.net.hosts[1] + p.net.hosts[2] + p.net.own[:1], "7000-7003/53")
    return needs, f"-j DNAT --to-destination {to}{flags(p, '--persistent', '--random')}"


@target("SNAT", 5, {"nat"}, {"INPUT", "POSTROUTING"})
def snat(p):
    needs, to = mapping(p, [p.net.own[0], p.net.own[0], p.net.own[2], p.net.spare])
    return needs, f"-j SNAT --to-source {to}{flags(p, '--persistent', '--random', '--random-fully')}"


@target("MASQUERADE", 6, {"nat"}, {"POSTROUTING"})
def masquerade(p):
    if p.r.random() < 0.25:
        return f"-p {p.pick('tcp', 'udp', 'sctp')}", f"-j MASQUERADE --to-ports {p.pick('2000-2010', '2000', '1-5')}{flags(p, '--random')}"
    return f"-j MASQUERADE{flags(p, '--random', '--random-fully')}"


@target("REDIRECT", 4, {"nat"}, {"PREROUTING", "OUTPUT"})
def redirect(p):
    if p.r.random() < 0.6:
        return f"-p {p.pick('udp', 'tcp', 'udp')}", f"-j REDIRECT --to-ports {p.pick('5353', '80', '8090-8095')}{flags(p, '--random')}"
    return "-j REDIRECT"


@target("NETMAP", 2, {"nat"})
def netmap(p):
    if not p.only({"PREROUTING", "OUTPUT"}) and not p.only({"INPUT", "POSTROUTING"}):
        return ""
    return f"-j NETMAP --to {p.net.net(p.pick(0, 2))}"

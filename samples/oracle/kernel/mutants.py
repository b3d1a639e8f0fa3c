"""Deliberate errors in an outcome, each of which the comparer must see, and harmless changes, which it must not."""
import collections, copy, re

import product
import compare as C
import same_packet
import wire


def _flows(o):
    return [f for e in o["events"] for f in e.get("flows", [])]


def _outs(o, pred=lambda f, x: True):
    return [(f, x) for f in _flows(o) for x in f.get("out", []) if pred(f, x)]


def _edit(x, fn):
    b = bytearray.fromhex(x["hex"])
    if fn(b) is False:
        return False
    x["hex"] = bytes(b).hex()
    return True


def _cts(o):
    return [c for e in o["events"] for c in e.get("conntrack", [])]


def _fixip(b):
    n = (b[0] & 15) * 4
    b[10:12] = b"\0\0"
    c = wire.csum(bytes(b[:n]))
    b[10], b[11] = c >> 8, c & 255


def _v4(b): return b[0] >> 4 == 4


def m_mark(o, s):
    for f in _flows(o):
        if f.get("mark"):
            f["mark"] ^= 4
            return True


def m_mark_lost(o, s):
    for f in _flows(o):
        if f.pop("mark", None):
            return True


def _counter(o, n, fn):
    for v in ("v4", "v6"):
        L = (o.get("counters") or {}).get(v, [])
        for i, l in enumerate(L):
            m = re.match(r"\[(\d+):(\d+)\] -A", l)
            if n == "rule" and m and m[1] != "0":
                p, b = fn(int(m[1]), int(m[2]))
                L[i] = f"[{p}:{b}] -A" + l[m.end():]
                return True
            m = re.match(r"(:\S+ (?:ACCEPT|DROP)) \[(\d+):(\d+)\]", l)
            if n == "policy" and m and m[2] != "0":
                p, b = fn(int(m[2]), int(m[3]))
                L[i] = f"{m[1]} [{p}:{b}]"
                return True


def m_counter(o, s): return _counter(o, "rule", lambda p, b: (p - 1, b))
def m_bytes(o, s): return _counter(o, "rule", lambda p, b: (p, b + 1))
def m_policy(o, s): return _counter(o, "policy", lambda p, b: (0, 0))


def m_reply(o, s):
    for e in o["events"]:
        for n, f in enumerate(e.get("flows", [])):
            if f.get("ct") == "ESTABLISHED/reply" and f["verdict"] == "forwarded":
                f["verdict"] = "dropped in FORWARD"
                f.pop("out", None)
                if n == 0:
                    e["verdict"] = f["verdict"]
                return True


def m_iface(o, s):
    for f, x in _outs(o):
        x["iface"] = "eth1" if x["iface"] != "eth1" else "eth0"
        return True


def m_payload(o, s):
    for f, x in _outs(o):
        return _edit(x, lambda b: b.__setitem__(-1, b[-1] ^ 1))


def m_ttl(o, s):
    for f, x in _outs(o, lambda f, x: f["verdict"] == "forwarded"):
        def e(b):
            b[8 if _v4(b) else 7] += 1
            if _v4(b):
                _fixip(b)
        return _edit(x, e)


def m_l4sum(o, s):
    for f, x in _outs(o):
        b = bytearray.fromhex(x["hex"])
        p = wire.parse(b)
        q = p and wire.l4ports(p, b)
        if q and q[4]:
            b[q[4]] ^= 0x11
            x["hex"] = b.hex()
            return True


def m_ipid_fwd(o, s):
    for f, x in _outs(o, lambda f, x: f["verdict"] == "forwarded" and x["hex"][0] == "4"):
        def e(b):
            b[5] ^= 1
            _fixip(b)
        return _edit(x, e)


def m_trace_last(o, s):
    for f in _flows(o):
        if f.get("trace"):
            f["trace"].pop()
            return True


def m_trace_num(o, s):
    for f in _flows(o):
        for i, t in enumerate(f.get("trace", [])):
            m = re.match(r"(\w+:\w+:rule:)(\d+)$", t)
            if m:
                f["trace"][i] = m[1] + str(int(m[2]) + 1)
                return True


def m_log(o, s):
    for f in _flows(o):
        for t in f.get("trace", []):
            if t.startswith("LOG "):
                f["trace"].remove(t)
                return True


def m_ctstate(o, s):
    for f in _flows(o):
        if f.get("ct") == "NEW":
            f["ct"] = "ESTABLISHED/orig"
            return True


def m_ct_missing(o, s):
    for e in o["events"]:
        if e.get("conntrack"):
            e["conntrack"].pop()
            return True


def m_ct_extra(o, s):
    for e in o["events"]:
        if e.get("conntrack"):
            x = copy.deepcopy(e["conntrack"][0])
            x["orig"]["src"] = x["reply"]["dst"] = "9.9.9.9"
            e["conntrack"].append(x)
            return True


def m_assured(o, s):
    for c in _cts(o):
        if "ASSURED" in c.get("status", []):
            c["status"].remove("ASSURED")
            return True


def m_seen(o, s):
    for c in _cts(o):
        if "SEEN_REPLY" not in c.get("status", []):
            c.setdefault("status", []).append("SEEN_REPLY")
            return True


def m_ctmark(o, s):
    for c in _cts(o):
        if c.get("mark"):
            c["mark"] = 0
            return True


def m_timeout(o, s):
    for c in _cts(o):
        if "timeout" in c:
            c["timeout"] += 5
            return True


def m_replyport(o, s):
    for c in _cts(o):
        if c["reply"].get("dport", 0) == c["orig"].get("sport", 1) and "--random" not in (s.get("iptables") or "") + (s.get("ip6tables") or ""):
            c["reply"]["dport"] ^= 1
            return True


def m_zone(o, s):
    for c in _cts(o):
        if c.get("zone"):
            c["zone"] = 0
            return True


def m_tcpstate(o, s):
    for c in _cts(o):
        if c.get("state") == "ESTABLISHED":
            c["state"] = "SYN_RECV"
            return True


def m_noicmp(o, s):
    for e in o["events"]:
        F = e.get("flows", [])
        for f in F[1:]:
            if f["origin"] == "local":
                F.remove(f)
                return True


def m_inner(o, s):
    for f, x in _outs(o):
        b = bytearray.fromhex(x["hex"])
        p = wire.parse(b)
        if p and wire.is_icmp_error(p, b) and f["verdict"] == "forwarded" and _v4(b) and len(b) >= p["l4"] + 28:
            b[p["l4"] + 8 + 15] ^= 1         # source address of the quoted packet
            b[p["l4"] + 2:p["l4"] + 4] = b"\0\0"
            c = wire.csum(bytes(b[p["l4"]:p["end"]]))
            b[p["l4"] + 2], b[p["l4"] + 3] = c >> 8, c & 255
            x["hex"] = b.hex()
            return True


def m_verdict(o, s):
    for e in o["events"]:
        for n, f in enumerate(e.get("flows", [])):
            if f["verdict"] == "delivered":
                f["verdict"] = "dropped in INPUT"
                if n == 0:
                    e["verdict"] = f["verdict"]
                return True


def m_swap_flows(o, s):
    for e in o["events"]:
        F = e.get("flows", [])
        if len(F) > 1 and (F[0]["origin"], F[0]["verdict"]) != (F[1]["origin"], F[1]["verdict"]):
            F[0], F[1] = F[1], F[0]
            return True


def _randport(o, s, new, every=True, tables=True, single=False):
    """give one kernel-chosen port another value, in the tuples and in the packets"""
    ctx = same_packet.Ctx(s)
    for e in o["events"]:
        for c in e.get("conntrack", []):
            r = c["reply"]
            if "dport" in r and r["dport"] != c["orig"].get("sport") and r["dport"] >= 1024 and c["orig"]["sport"] >= 1024 and not ctx.ranges and not ctx.anyrandom \
                    and (r["dport"] in ctx.singles) == single:
                old, n = r["dport"], 0
                key = C.ctkey(c)
                m = [{"proto": wire.PN.get(r["proto"], 0), "ip": r["dst"], "peer": r["src"], "peerport": r["sport"], "sim": old, "kernel": new}]
                for f, x in _outs(o):
                    h = wire.substitute(bytes.fromhex(x["hex"]), m).hex()
                    if h != x["hex"] and (every or n == 0):
                        n += 1
                        x["hex"] = h
                if tables:
                    for d in _cts(o):
                        if C.ctkey(d) == key and d["reply"].get("dport") == old:
                            d["reply"]["dport"] = new
                return n > 0 or (every and tables)
    return None


def m_port_class(o, s): return _randport(o, s, 70)
def m_port_unpacked(o, s): return _randport(o, s, 33333, tables=False)
def m_port_single(o, s): return _randport(o, s, 33333, single=True)
def b_port_other(o, s): return _randport(o, s, 33333)


def b_timeout1(o, s):
    r = None
    for c in _cts(o):
        if c.get("timeout", 0) > 1:
            c["timeout"] -= 1
            r = True
    return r


def b_ipid_local(o, s):
    r = None
    for i, e in enumerate(o["events"]):
        for j, f in enumerate(e.get("flows", [])):
            if f["origin"] == "local" and not (s["events"][i]["type"] == "out" and j == 0):
                for x in f.get("out", []):
                    if x["hex"][0] == "4":
                        def ed(b):
                            b[4] ^= 0x5A
                            _fixip(b)
                        r = _edit(x, ed) or r
    return r


def b_isn(o, s):
    """another initial sequence number of the local stack (SYN or SYN-ACK it sends)"""
    for f, x in _outs(o, lambda f, x: f["origin"] == "local"):
        b = bytearray.fromhex(x["hex"])
        p = wire.parse(b)
        if p and p["proto"] == 6 and b[p["l4"] + 13] & 2:
            z = p["l4"]
            for at in (z + 4, z + 6):
                wire.patch16(b, at, wire.be16(b, at) ^ 0x1357, [(z + 16, False)])
            x["hex"] = b.hex()
            return True


def b_no_private(o, s):
    for e in o["events"]:
        for k in ("snmp", "sockets", "sockname", "errno", "output", "rc"):
            e.pop(k, None)
        for f in e.get("flows", []):
            f.pop("path", None)
            for x in f.get("out", []):
                x.pop("pkt", None)
    return True


MUTANTS = {k[2:]: v for k, v in globals().items() if k.startswith("m_")}
BENIGN = {k[2:]: v for k, v in globals().items() if k.startswith("b_")}


class Mutant:
    def __init__(self, inner, name):
        self.inner, self.fn = inner, {**MUTANTS, **BENIGN}[name]

    def ask(self, scn):
        o = self.inner.ask(scn)
        if "events" in o:
            self.fn(o, scn)
        return o

    def close(self):
        self.inner.close()


def check(harness):
    """every mutant on outcomes that two kernels agree on"""
    harness.a.sim = "oracle"
    harness.run()
    base = [r for r in harness.res if r["status"] == "agree" and r["info"]["cut"] is None]
    bad = [r for r in harness.res if r["status"] in ("disagree", "unstable")]
    print(f"base: {len(harness.res)} scenarios run twice in {harness.dt:.1f} s: {len(base)} equal, {len(bad)} not, {len(harness.res) - len(base) - len(bad)} skipped or cut short")
    for r in bad[:3]:
        print("   " + r["scn"]["name"] + ": " + C.text(r["diffs"][0])[:800])
    ok = True
    print(f"{'mutant':18} {'applied':>8} {'caught':>7} {'at level verdict':>17} {'trace':>7} {'full':>7}   first difference")
    for kind, table in (("mutant", MUTANTS), ("harmless", BENIGN)):
        for name, fn in sorted(table.items()):
            n, got, field = 0, collections.Counter(), None
            miss = None
            for r in base:
                o = copy.deepcopy(r["kernel"] if name == "timeout1" else r["sim"])    # two runs may already be 1 s apart
                if not fn(o, r["scn"]):
                    continue
                n += 1
                for lv in C.LEVELS:
                    d, _ = C.compare(r["scn"], r["kernel"], o, lv)
                    if d:
                        got[lv] += 1
                        field = field or d[0]["field"]
                    elif lv == "full":
                        miss = miss or r["scn"]["name"]
                if kind == "harmless" and d:
                    miss = r["scn"]["name"] + " " + C.text(d[0])[:400]
            good = (got["full"] == n and n > 0) if kind == "mutant" else got["full"] == 0 and n > 0
            ok &= good
            print(f"{('~' if kind == 'harmless' else '') + name:18} {n:8} {got['full']:7} {got['verdict']:17} {got['trace']:7} {got['full']:7}   {field or ''}"
                  + ("" if good else "   <== " + ("NEVER APPLIED" if not n else ("NOT CAUGHT e.g. " if kind == "mutant" else "FALSE ALARM e.g. ") + str(miss))))
    return 0 if ok else 1

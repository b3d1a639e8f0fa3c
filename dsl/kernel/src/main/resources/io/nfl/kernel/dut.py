"""Packets into the host of a scenario, and what became of them."""
import errno, json, os, re, socket, struct, subprocess, time

from ct_netlink import be16, be32, parse_nla
from host import DEAD, Err, HOOKS, Host, NEXT, PNAME, as_user, run
from packet_text import text


class Dut(Host):
    """The host under test as packets go through it: what is sent, seen, traced and counted."""

    def drain_tun(self):
        got = {}
        for n, fd in self.fds.items():
            while True:
                try:
                    b = os.read(fd, 70000)
                except BlockingIOError:
                    break
                except OSError as e:
                    if e.errno == errno.EIO:  # interface down
                        break
                    raise
                got.setdefault(n, []).append(b)
        return got

    def drain_all(self):
        self.drain_tun()
        for _ in self.log.drain():
            pass
        if self.trace:
            for _ in self.trace.drain():
                pass
        self.ct.events()

    def parse_log(self, body):
        a = parse_nla(body[4:])
        r = {"pfx": a.get(10, b"").rstrip(b"\0").decode(), "hook": a[1][2] if 1 in a else -1,
             "mark": be32(a[2]) if 2 in a else 0, "pkt": a.get(9, b""),
             "in": self.names.get(be32(a[4])) if 4 in a else "", "out": self.names.get(be32(a[5])) if 5 in a else ""}
        if 11 in a:
            r["uid"] = be32(a[11])
        return r

    VERD = {0: "drop", 1: "accept", 2: "stolen", 3: "queue", -1: "continue", -2: "break", -3: "jump", -4: "goto", -5: "return"}

    def parse_trace(self, body):
        a = parse_nla(body[4:])
        t = {"fam": {2: "ip", 10: "ip6", 1: "inet"}.get(body[0], body[0]), "table": a.get(1, b"").rstrip(b"\0").decode(),
             "chain": a.get(2, b"").rstrip(b"\0").decode(), "type": be32(a[4]), "id": be32(a[6])}
        if 3 in a:
            t["handle"] = struct.unpack(">Q", a[3])[0]
        if 5 in a:
            v = parse_nla(a[5])
            c = struct.unpack(">i", v[1])[0]
            t["verdict"] = self.VERD.get(c if c < 0 else c & 0xFF, c) + (" " + v[2].rstrip(b"\0").decode() if 2 in v else "")
        if 16 in a:
            t["policy"] = self.VERD.get(be32(a[16]), "?")
        if 21 in a:
            t["ct_state"] = be32(a[21])
        return t

    def ordered(self):
        """One ordered list of ('probe', rec) and ('trace', text)."""
        logs = []
        for t, body in self.log.drain():
            if t is None:
                raise Err("NFLOG overrun")
            if t == 0x400:
                logs.append(self.parse_log(body))
        out = []
        if not self.trace:
            for l in logs:
                p = l["pfx"]
                if p.startswith("~"):
                    out.append(("probe", l))
                elif p.startswith("TRACE: "):
                    tb, ch, ty, nu = p[7:].strip().split(":")
                    out.append(("trace", (l["hook"], f"{tb}:{ch}:{ty}:{nu}")))
                else:
                    out.append(("log", (l["hook"], p)))
            return out
        tr = []
        for t, body in self.trace.drain():
            if t is None:
                raise Err("nft trace overrun")
            if t & 0xFF == 17:  # NFT_MSG_TRACE
                tr.append(self.parse_trace(body))
        li, last, hook = 0, None, 0
        for t in tr:
            if t["table"] == "oracle":
                # one NFLOG record for each pass through a probe chain; a pass ends with policy or with our return rule
                if t["type"] == 1 or (t["type"] == 3 and t.get("verdict") == "return") or t["type"] == 2:
                    key = (t["id"], t["chain"])
                    if t["type"] == 1 and last == key:
                        continue      # the policy line that follows our own `return`
                    while li < len(logs) and not logs[li]["pfx"].startswith("~" + t["chain"]):
                        out.append(("log", (logs[li]["hook"], logs[li]["pfx"]))); li += 1
                    if li < len(logs):
                        logs[li]["id"] = t["id"]
                        out.append(("probe", logs[li])); li += 1
                    last = key if t["type"] != 1 else None
                continue
            if t["table"].startswith("oracle"):
                continue
            fam = t["fam"]
            if t["type"] == 3 and "handle" not in t:
                continue              # "end of chain" marker
            if t["type"] == 1:
                s = f"{t['table']}:{t['chain']}:policy:{t.get('policy', t.get('verdict', '?'))}"
            else:
                n = self.handles.get((fam, t["table"], t.get("handle")), t.get("handle"))
                s = f"{t['table']}:{t['chain']}:{'rule' if t['type'] == 3 else 'return'}:{n}" + \
                    (f" {t['verdict']}" if "verdict" in t else "")
            if t["chain"] in HOOKS:
                hook = HOOKS.index(t["chain"])
            out.append(("trace", (hook, s, t["id"])))
        for l in logs[li:]:
            out.append(("probe", l) if l["pfx"].startswith("~") else ("log", (l["hook"], l["pfx"])))
        return out

    SNMP_SKIP = re.compile(r"^(InReceives|InOctets|OutOctets|InNoECTPkts|ForwDatagrams|InDelivers|OutRequests|OutTransmits|"
                           r"InMsgs|OutMsgs|InCsumErrors0|OutRateLimit)$")

    def snmp(self):
        d = {}
        for f in ("/proc/thread-self/net/snmp", "/proc/thread-self/net/netstat"):
            with open(f) as h:
                L = h.read().split("\n")
            for a, b in zip(L[::2], L[1::2]):
                n, ks = a.split(":", 1)
                d[n] = (ks.split(), b.split(":", 1)[1].split())
        return d

    def snmp_diff(self, a, b):
        out = {}
        for n, (ks, vs) in b.items():
            if n in ("Tcp", "Udp", "UdpLite", "MPTcpExt", "IcmpMsg"):
                continue
            old = a.get(n)
            if old and old[0] == ks and old[1] == vs:
                continue
            o = dict(zip(*old)) if old else {}
            for k, v in zip(ks, vs):
                if v != o.get(k, "0") and not self.SNMP_SKIP.match(k):
                    out[f"{n}.{k}"] = int(v) - int(o.get(k, 0))
        return out

    # --------------------------------------------------------------------------------------------- flows
    def flows(self, seq, outs):
        """Group the ordered stream into one path per skb (a stack copes with ICMP/RST made in the middle)."""
        fl, stack = [], []
        for kind, x in seq:
            if kind == "probe":
                code, _, st = x["pfx"][1:].partition(" ")
                if code in ("PB", "OB"):
                    f = {"last": code, "steps": [], "trace": [], "start": x, "pkt": None}
                    fl.append(f); stack.append(f)
                else:
                    f = None
                    for c in reversed(stack):
                        if code in NEXT[c["last"]] or (self.scn.get("light") and code in "".join(sorted(self.reach(c["last"])))):
                            f = c; break
                    if f is None:
                        f = {"last": code, "steps": [], "trace": [], "start": x, "pkt": None}
                        fl.append(f); stack.append(f)
                    stack.remove(f); stack.append(f)
                f["last"] = code
                f["id"] = x.get("id")
                s = {"at": PNAME[code]}
                if st != "-":
                    s["ct"] = st
                if x["in"]:
                    s["in"] = x["in"]
                if x["out"]:
                    s["out"] = x["out"]
                if x["mark"]:
                    s["mark"] = x["mark"]
                if x["pkt"] != f["pkt"]:
                    s["pkt"] = text(x["pkt"])
                    s["hex"] = x["pkt"].hex()
                f["pkt"] = x["pkt"]
                f["steps"].append(s)
            elif stack:
                # which skb?  nf_tables says it; else the newest one that is inside this hook now
                hook, x, skb = x if len(x) == 3 else x + (None,)
                f = next((c for c in reversed(stack) if skb is not None and c["id"] == skb), None) or next(
                    (c for c in reversed(stack) if 0 <= hook < 5 and c["last"] == ("PB", "IB", "FB", "OB", "XB")[hook]), stack[-1])
                f["trace"].append(x if kind == "trace" else "LOG " + x)
                f["steps"].append({kind: x})
        res, outs = [], {k: list(v) for k, v in outs.items()}
        for f in fl:
            x, last = f["start"], f["steps"]
            probes = [s for s in f["steps"] if "at" in s]
            r = {"origin": ("wire " + x["in"] if x["in"] != "lo" else "loopback") if f["steps"][0]["at"].startswith("PRE")
                 else "local"}
            c = f["last"]
            if c == "XE":
                dev = probes[-1].get("out", "")
                if dev == "lo":
                    r["verdict"] = "sent to lo"
                elif outs.get(dev):
                    b = outs[dev].pop(0)
                    bb = [b]
                    # fragments of one packet
                    while outs.get(dev):   # further fragments of the same packet
                        x3, y3 = self.l3(dev, b), self.l3(dev, outs[dev][0])
                        if not (x3[0] >> 4 == 4 and y3[0] >> 4 == 4 and x3[4:6] == y3[4:6] and be16(x3[6:8]) & 0x2000):
                            break
                        b = outs[dev].pop(0)
                        bb.append(b)
                    r["verdict"] = "forwarded" if r["origin"].startswith("wire") else "sent"
                    r["out"] = [{"iface": dev, "hex": z.hex(), "pkt": text(self.l3(dev, z))} for z in bb]
                else:
                    r["verdict"] = "lost after POSTROUTING"
            elif c == "IE":
                r["verdict"] = "delivered"
            else:
                r["verdict"] = DEAD[c]
            if probes[-1].get("mark") is not None:
                r["mark"] = probes[-1]["mark"]
            cts = [s["ct"] for s in probes if "ct" in s]
            if cts:
                r["ct"] = cts[-1]
            r["path"] = f["steps"]
            r["trace"] = f["trace"]
            res.append(r)
        left = [{"iface": k, "hex": b.hex(), "pkt": text(self.l3(k, b))} for k, v in outs.items() for b in v]
        return res, left

    def reach(self, c):
        seen, todo = set(), [c]
        while todo:
            for n in NEXT[todo.pop()]:
                if n not in seen:
                    seen.add(n); todo.append(n)
        return seen

    def l3(self, dev, b):
        for i in self.ifs:
            if i["name"] == dev and i.get("type") == "tap":
                return b[14:]
        return b

    def socket_data(self):
        out = []
        for s in self.socks:
            try:
                me = s.getsockname()
                if s.type == socket.SOCK_DGRAM:
                    while True:
                        d, peer = s.recvfrom(65535)
                        out.append({"sock": f"udp {me[0]}:{me[1]}", "from": f"{peer[0]}:{peer[1]}", "hex": d.hex()})
                else:
                    while True:
                        c, peer = s.accept()
                        out.append({"sock": f"tcp {me[0]}:{me[1]}", "accepted": f"{peer[0]}:{peer[1]}"})
                        self.open.append(c)     # closing it would send a FIN, in this event or in the next
            except (BlockingIOError, ConnectionError, OSError):
                pass
        return out

    # --------------------------------------------------------------------------------------------- events
    def event(self, ev):
        ty, res = ev["type"], {}
        quick = self.scn.get("quick", False)
        s0 = self.snmp() if not quick else None
        try:
            if ty == "in":
                os.write(self.fds[ev["iface"]], bytes.fromhex(ev["hex"]))
            elif ty == "out":
                b = bytes.fromhex(ev["hex"])
                v6 = b[0] >> 4 == 6
                k = (v6, ev.get("bind"), ev.get("mark"), ev.get("oif"), ev.get("uid"))
                s = self.raw.get(k)
                if not s:
                    with as_user(ev.get("uid")):
                        s = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_RAW, 255)
                    if v6:
                        s.setsockopt(41, 36, 1)  # IPV6_HDRINCL
                    if ev.get("mark"):
                        s.setsockopt(socket.SOL_SOCKET, 36, ev["mark"])
                    if ev.get("oif"):
                        s.setsockopt(socket.SOL_SOCKET, 25, ev["oif"].encode())
                    if ev.get("bind"):
                        s.bind((ev["bind"], 0))
                    self.raw[k] = s
                s.sendto(b, (socket.inet_ntop(10, b[24:40]) if v6 else socket.inet_ntoa(b[16:20]), 0))
            elif ty == "udp_send":
                fam = socket.AF_INET6 if ":" in ev["dst"] else socket.AF_INET
                s = socket.socket(fam, socket.SOCK_DGRAM)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if ev.get("mark"):
                    s.setsockopt(socket.SOL_SOCKET, 36, ev["mark"])
                s.bind((ev.get("src", "::" if fam == 10 else "0.0.0.0"), ev.get("sport", 0)))
                s.setblocking(False)
                s.sendto(bytes.fromhex(ev.get("data", "")), (ev["dst"], ev["dport"]))
                res["sockname"] = list(s.getsockname()[:2])
                self.socks.append(s)
            elif ty == "tcp_connect":
                s = socket.socket(socket.AF_INET6 if ":" in ev["dst"] else socket.AF_INET, socket.SOCK_STREAM)
                s.setblocking(False)
                if ev.get("src") or ev.get("sport"):
                    s.bind((ev.get("src", ""), ev.get("sport", 0)))
                rc = s.connect_ex((ev["dst"], ev["dport"]))
                res["connect"] = errno.errorcode.get(rc, rc)
                res["sockname"] = list(s.getsockname()[:2])
                self.socks.append(s)
            elif ty == "advance":
                how = ev.get("how", "ct")
                if how == "sleep":
                    time.sleep(ev["seconds"])
                    self.slept += ev["seconds"]
                elif how == "wait":     # as far as conntrack can tell, real: it looks at the clock for a UDP entry's first 2 s only
                    real = min(ev["seconds"], 2) if any(e["orig"]["proto"] == "udp" for e in self.ct.table()) else 0
                    time.sleep(real + (0.05 if real == 2 else 0))
                    if ev["seconds"] > real:
                        self.ct.advance(ev["seconds"] - real, up=1)
                    self.slept += real
                else:
                    self.ct.advance(ev["seconds"])
            elif ty == "link":
                run(["ip", "link", "set", ev["iface"], "up" if ev["up"] else "down"])
                time.sleep(0.05)        # masquerade forgets the connections of the device from a work queue
            elif ty == "flush":
                self.ct.flush(full=True)
            elif ty == "cmd":
                self.used_cmds = True
                p = subprocess.run(["sh", "-c", ev["cmd"]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                res["output"], res["rc"] = p.stdout, p.returncode
            elif ty == "sysctl":
                self.sysctl(ev["name"], ev["value"])
            else:
                raise Err("event type " + ty)
        except OSError as e:
            res["errno"] = errno.errorcode.get(e.errno, e.errno)
        if ev.get("settle_ms"):
            time.sleep(ev["settle_ms"] / 1000)
        outs, seq = self.drain_tun(), self.ordered()
        fl, left = self.flows(seq, outs)
        for _ in range(100):   # a packet handed to lo is processed in softirq: normally done already, else ksoftirqd has it
            if sum(f["verdict"] == "sent to lo" for f in fl) <= sum(f["origin"] == "loopback" for f in fl):
                break
            Dut.late += 1
            time.sleep(0.0005)
            for k, v in self.drain_tun().items():
                outs.setdefault(k, []).extend(v)
            seq += self.ordered()
            fl, left = self.flows(seq, outs)
        if ev.get("routes"):
            for f in fl:
                self.ask_route(f)
        res["flows"] = fl
        if fl:
            res["verdict"] = fl[0]["verdict"]
        elif ty in ("in", "out") and "errno" not in res:
            res["verdict"] = "dropped before PREROUTING" if ty == "in" else "not sent"
        if left:
            res["unattributed_out"] = left
        sd = self.socket_data()
        if sd:
            res["sockets"] = sd
        if not quick or ev.get("ct"):
            res["conntrack"] = [{k: v for k, v in e.items() if not k.startswith("_")} for e in self.ct.table()]
        if s0 is not None:
            d = self.snmp_diff(s0, self.snmp())
            if d:
                res["snmp"] = d
        if self.scn.get("counters") == "each":
            res["counters"] = self.counters()
        return res

    def ask_route(self, flow):
        """The route of a flow, asked with what its packet had become when it was routed last."""
        local, asked, b = flow["origin"] == "local", None, None
        for step in flow["path"]:
            if "hex" in step:
                b = bytes.fromhex(step["hex"])
            if step.get("at") == ("OUTPUT.last" if local else "PREROUTING.last"):
                asked = step
                break
        if asked is None or b is None:
            return
        v6 = b[0] >> 4 == 6
        src, dst = (b[8:24], b[24:40]) if v6 else (b[12:16], b[16:20])
        fam = socket.AF_INET6 if v6 else socket.AF_INET
        q = [socket.inet_ntop(fam, dst), "from", socket.inet_ntop(fam, src)]
        if not local:
            proto, at = (b[6], 40) if v6 else (b[9], (b[0] & 15) * 4)
            q += ["iif", asked["in"]]
            if proto in (6, 17) and len(b) >= at + 4:
                q += ["ipproto", "tcp" if proto == 6 else "udp", "sport", str(be16(b[at:at + 2])), "dport", str(be16(b[at + 2:at + 4]))]
        if asked.get("mark"):
            q += ["mark", str(asked["mark"])]
        p = subprocess.run(["ip", "-6" if v6 else "-4", "-N", "-j", "route", "get"] + q, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True)
        if p.returncode:
            flow["route"] = {"error": p.stderr.strip()}
            return
        r = json.loads(p.stdout)[0]
        flow["route"] = {"table": int(r.get("table", 254))}
        via = r.get("gateway") or r.get("via", {}).get("host")
        if via:
            flow["route"]["via"] = via
        if "dev" in r:
            flow["route"]["dev"] = r["dev"]

    def counters(self):
        out = {}
        for v in self.loaded:
            txt = run([self.tool(v, "save"), "-c"])
            out["v%d" % v] = [l for l in txt.split("\n") if l and not l.startswith("#")]
        return out

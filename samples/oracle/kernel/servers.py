"""Kernel and simulator as servers of JSON lines, and what each is given of a scenario."""
import importlib.util, json, os, re, selectors, subprocess, time


def find(name, *dirs):
    for d in dirs:
        p = os.path.join(d, name)
        if os.path.exists(p):
            return p
    return None


def load_module(path):
    spec = importlib.util.spec_from_file_location("generate_mod", path)
    m = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(m)
    return m


class Proc:
    """a JSON-lines server"""
    def __init__(self, argv, timeout=60):
        self.argv, self.timeout, self.p, self.buf = argv, timeout, None, b""

    def start(self):
        self.p = subprocess.Popen(self.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0)
        self.buf = b""

    def ask(self, obj):
        if self.p is None or self.p.poll() is not None:
            self.start()
        try:
            data = (json.dumps(obj) + "\n").encode()
            self.p.stdin.write(data)
            end = time.monotonic() + self.timeout
            sel = selectors.DefaultSelector()
            sel.register(self.p.stdout, selectors.EVENT_READ)
            chunks = [self.buf]
            while b"\n" not in chunks[-1]:
                if not sel.select(max(0, end - time.monotonic())):
                    self.kill()
                    return {"error": "timeout after %d s" % self.timeout}
                x = os.read(self.p.stdout.fileno(), 1 << 20)
                if not x:
                    rc = self.p.wait()
                    self.p = None
                    return {"error": "process ended (exit code %s)" % rc}
                chunks.append(x)
            line, _, self.buf = b"".join(chunks).partition(b"\n")
            return json.loads(line)
        except (BrokenPipeError, ValueError, OSError) as e:
            self.kill()
            return {"error": "protocol: %s" % e}

    def kill(self):
        if self.p:
            self.p.kill()
            self.p.wait()
            self.p = None

    def close(self):
        if self.p:
            try:
                self.p.stdin.close()
                self.p.wait(5)
            except (OSError, subprocess.TimeoutExpired):
                pass
            self.kill()


def kernel_view(scn, backend, fresh=False):
    """what the oracle gets: private keys out; state that the oracle's reset would leave behind -> namespace not used again"""
    s = {k: v for k, v in scn.items() if not k.startswith("x_")}
    s["backend"] = backend
    if any(":" in a for i in s["interfaces"] for a in i.get("addresses", [])):
        s["sysctls"] = {"net.ipv6.icmp.ratelimit": 0, **s.get("sysctls", {})}
        fresh = True
    if "connlimit" in (s.get("iptables") or "") + (s.get("ip6tables") or ""):
        # nf_conncount looks for dead connections at most once a jiffy: let a jiffy pass between events, or it is a lottery
        s["events"] = [dict(e, settle_ms=max(9, e.get("settle_ms", 0))) for e in s["events"]]
    if fresh or scn.get("x_fresh"):
        s["commands"] = list(s.get("commands", [])) + [": ip "]    # the oracle sees `ip ` and drops the namespace afterwards
    return s


def sim_view(scn):
    return {k: v for k, v in scn.items() if not k.startswith("x_")}


NEEDS_CT = re.compile(r"(?:-j|--jump) (SNAT|DNAT|MASQUERADE|REDIRECT|NETMAP|CONNMARK|CT(?! --notrack))\b|(?:-m|--match) (conntrack|state|connmark|connlimit|connbytes|helper)\b")


def shape(s):
    """equal shape = the oracle can reuse its namespace"""
    t = lambda k: (sorted(re.findall(r"^\*(\w+)", s.get(k) or "", re.M)), bool(NEEDS_CT.search(s.get(k) or "")))
    return json.dumps([s.get("interfaces"), s.get("sink"), s.get("probe_ct"), s.get("lo_addresses"), t("iptables"), t("ip6tables")])

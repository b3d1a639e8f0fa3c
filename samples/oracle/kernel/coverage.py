"""What scenarios reached, from what the kernel said: cells of conntrack's state tables, states, ways of routing, rules hit.

A cell is a direction, what came, and the state before: the entry of the event before, or none.  Of an event only its first
packet is counted, for of the others nobody knows what stood in the table when they came.
"""
import collections, re

import product
import wire
from features import hit_features, rule_features

TCP_ROWS = ["SYN", "SYN+ACK", "FIN", "ACK", "RST", "none"]
TCP_STATES = ["NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE", "SYN_SENT2"]
SCTP_ROWS = {1: "INIT", 2: "INIT_ACK", 6: "ABORT", 7: "SHUTDOWN", 8: "SHUTDOWN_ACK", 9: "ERROR", 10: "COOKIE_ECHO", 11: "COOKIE_ACK",
             14: "SHUTDOWN_COMPLETE", 4: "HEARTBEAT", 5: "HEARTBEAT_ACK", 0: "DATA"}
SCTP_STATES = ["NONE", "CLOSED", "COOKIE_WAIT", "COOKIE_ECHOED", "ESTABLISHED", "SHUTDOWN_SENT", "SHUTDOWN_RECD", "SHUTDOWN_ACK_SENT",
               "HEARTBEAT_SENT"]
PROTOCOLS = {6: "tcp", 132: "sctp"}
# nothing can be in these states when such a packet comes: the first of a connection is no reply
IMPOSSIBLE = {("reply", "NONE")}


def segment(flags):
    """get_conntrack_index"""
    if flags & 4:
        return "RST"
    if flags & 2:
        return "SYN+ACK" if flags & 16 else "SYN"
    return "FIN" if flags & 1 else "ACK" if flags & 16 else "none"


def row(packet, parsed):
    at = parsed["l4"]
    if parsed["proto"] == 6 and len(packet) >= at + 20:
        return segment(packet[at + 13])
    if parsed["proto"] == 132 and len(packet) >= at + 16:
        return SCTP_ROWS.get(packet[at + 12])
    return None


def before(table, proto, ends):
    """-> direction and state of the connection that a packet belongs to; without one it begins one"""
    for entry in table:
        for direction, side in (("original", entry["orig"]), ("reply", entry["reply"])):
            if side.get("proto") == proto and (side["src"], side["dst"], side.get("sport"), side.get("dport")) == ends:
                return direction, entry.get("state", "NONE")
    return "original", "NONE"


class Coverage:
    def __init__(self):
        self.cells = {"tcp": collections.Counter(), "sctp": collections.Counter()}
        self.counts = collections.defaultdict(collections.Counter)
        self.scenarios = 0

    def add(self, scenario, kernel, sim):
        self.scenarios += 1
        table = []
        for event, outcome in zip(scenario["events"], kernel["events"]):
            flows = outcome.get("flows", [])
            self.packet(scenario, event, flows, table)
            for flow in flows:
                self.counts["verdict"][flow["verdict"]] += 1
                self.counts["state of the packet"][flow.get("ct", "none")] += 1
            table = outcome.get("conntrack", table)
            for entry in table:
                self.counts["status of connections"].update(entry.get("status", []))
        for outcome in sim["events"]:
            for flow in outcome.get("flows", []):
                for step in flow.get("path", []):
                    for key in ("routed", "rerouted"):
                        if key in step:
                            self.counts["way of routing"][way(key, step[key])] += 1
        for key in ("iptables", "ip6tables"):
            if scenario.get(key):
                self.counts["in scenarios"].update(named(rule_features(scenario[key], key)))
        self.counts["hit in scenarios"].update(named(hit_features(scenario, kernel)))

    def packet(self, scenario, event, flows, table):
        if event["type"] != "in" or not flows or flows[0].get("ct", "UNTRACKED") == "UNTRACKED":
            return
        packet = wire.event_packet(scenario, event)
        parsed = wire.parse(packet)
        if not parsed or parsed["proto"] not in PROTOCOLS or parsed["fragoff"] or parsed["mf"]:
            return
        kind, ends = row(packet, parsed), wire.l4ports(parsed, packet)
        if kind and ends:
            proto = PROTOCOLS[parsed["proto"]]
            direction, state = before(table, proto, (parsed["src"], parsed["dst"], ends[0], ends[1]))
            self.cells[proto][(direction, kind, state)] += 1

    # ---- the report

    def text(self):
        out = [f"coverage of {self.scenarios} scenarios that agree", ""]
        for proto, rows, states in (("tcp", TCP_ROWS, TCP_STATES), ("sctp", list(SCTP_ROWS.values()), SCTP_STATES)):
            cells = self.cells[proto]
            possible = [(d, k, s) for d in ("original", "reply") for k in rows for s in states if (d, s) not in IMPOSSIBLE]
            out.append(f"{proto}: {sum(1 for c in possible if cells[c])} of {len(possible)} cells hit (direction, what came, state before)")
            for direction in ("original", "reply"):
                shown = [s for s in states if (direction, s) not in IMPOSSIBLE]
                out.append(f"  {direction:17} " + " ".join(f"{s[:11]:>11}" for s in shown))
                for kind in rows:
                    out.append(f"  {kind:17} " + " ".join(f"{cells[(direction, kind, s)] or '-':>11}" for s in shown))
            out.append("")
        for name in ("state of the packet", "status of connections", "verdict", "way of routing"):
            out.append(f"{name}: " + ", ".join(f"{k} {v}" for k, v in self.counts[name].most_common()))
        out += ["", "matches and targets: scenarios that have it / in which the kernel counted a rule with it"]
        for name in sorted(self.counts["in scenarios"]):
            out.append(f"  {name:44} {self.counts['in scenarios'][name]:7} {self.counts['hit in scenarios'][name] or '-':>7}")
        return "\n".join(out)


def way(key, step):
    """forward rule 32766 table 254 route unicast 0.0.0.0/0 dev eth0 …: what it is, without whereabouts"""
    words = step.split()
    found = [words[0]] + [m[1] for m in [re.search(r"route (\w+)", step)] if m]
    found += [w for w in ("via",) if w in words]
    rule = re.search(r"rule (\d+)", step)
    if rule and int(rule[1]) not in (0, 32766, 32767):
        found.append("by a rule")
    if not re.search(r"(dev \S+|via \S+|src \S+|rule \d+|table \d+|/\d+|^\w+)$", step):
        found.append(words[-1])
    return ("again " if key == "rerouted" else "") + " ".join(found)


def named(features):
    return [f for f in features if re.match(r"(match|target|ctstate|option|goto|jump|negation)", f)]

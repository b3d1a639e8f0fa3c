"""Seeded random scenarios: an equal seed is an equal scenario.

  fidelity.py --sim "nfl simulate --serve" --generator generate.py --random 500 --seed 1
  generate.py SEED                    one scenario
  generate.py --lines SEED N          N scenarios, one a line

Most have random rules of all kinds and some conversations; others have few rules and long conversations, or much
routing.  The name tells the kind.
"""
import json
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from generator import conversations, hosts, routing, rules, traffic

KINDS = {"rules": 12, "routing": 3, "conversation": 5}


def mixed(seed, r):
    x = r.random()
    nets = [hosts.Net(True)] if x < 0.28 else [hosts.Net(False)] if x < 0.94 else [hosts.Net(False), hosts.Net(True)]
    framed = r.random() < 0.12
    scenario = {"name": f"{'frames' if framed else 'rules'}-{seed}", **hosts.host(r, nets, framed)}
    if r.random() < 0.15:
        scenario["sink"] = True
    for net in nets:
        text = rules.ruleset(r, net, seed)
        if text:
            scenario["ip6tables" if net.v6 else "iptables"] = text
    if r.random() < 0.12:
        # a copy that comes back to the host is a segment twice
        scenario["listeners"] = [l for l in traffic.listeners(r, nets)
                                 if l["proto"] == "udp" or "TEE" not in scenario.get("iptables", "") + scenario.get("ip6tables", "")]
    scenario["events"] = traffic.Traffic(r, nets, scenario.get("listeners", ()), framed).run()
    return scenario


def scenario(seed):
    r = random.Random(seed)
    kind = r.choices(list(KINDS), list(KINDS.values()))[0]
    return {"rules": mixed, "routing": routing.scenario, "conversation": conversations.scenario}[kind](seed, r)


def main(words):
    if words[:1] == ["--lines"]:
        for seed in range(int(words[1]), int(words[1]) + int(words[2])):
            print(json.dumps(scenario(seed)))
    else:
        print(json.dumps(scenario(int(words[0])), indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])

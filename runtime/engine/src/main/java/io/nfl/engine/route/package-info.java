/**
 * Where a packet goes: tables, rules, source validation, source addresses, as net/ipv4 and net/ipv6 decide it. Knows
 * nothing of hooks, conntrack or NAT. A lookup allocates nothing.
 */
@NullMarked
package io.nfl.engine.route;

import org.jspecify.annotations.NullMarked;

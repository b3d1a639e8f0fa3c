// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.RoutingRule;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.Prefix;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One rule ready to be asked ({@code fib_rule_match}, {@code fib4_rule_match}, {@code fib6_rule_match}). */
final class PolicyRule {
    private static final int LEGACY_TOS_MASK = 0x1C;
    private static final int DSCP_MASK = 0xFC;
    /** {@code iifindex} of a device that is not there: matches nothing. */
    private static final int NO_SUCH_DEVICE = -1;

    final long priority;
    final @Nullable Fib fib;
    final int suppressPrefixLength;
    /** {@link RouteError#NONE} for rules that look up or jump. */
    final RouteError refusal;
    /** Index of the rule to go on with; -1 for none. */
    int target = -1;

    private final Family family;
    private final boolean inverted;
    private final boolean hasSource;
    private final IpAddress source;
    private final IpAddress sourceMask;
    private final IpAddress destination;
    private final IpAddress destinationMask;
    private final int inDevice;
    private final int outDevice;
    private final int markValue;
    private final int markMask;
    private final int tos;
    private final int protocol;
    private final PortRange sourcePorts;
    private final PortRange destinationPorts;
    private final long lowUid;
    private final long highUid;

    PolicyRule(final RoutingRule rule, final NetDevices devices, final Map<Integer, Fib> tables) {
        this.family = rule.family();
        this.priority = rule.priority();
        this.inverted = rule.inverted();
        final Prefix any = Prefix.all(family);
        final Prefix from = rule.source().orElse(any);
        final Prefix to = rule.destination().orElse(any);
        this.hasSource = from.length() > 0;
        this.source = from.address();
        this.sourceMask = IpAddress.mask(family, from.length());
        this.destination = to.address();
        this.destinationMask = IpAddress.mask(family, to.length());
        this.inDevice = index(rule.inDevice(), devices);
        this.outDevice = index(rule.outDevice(), devices);
        this.markValue = rule.markValue();
        this.markMask = rule.markMask();
        this.tos = rule.tos();
        this.protocol = rule.protocol().orElse(0);
        this.sourcePorts = rule.sourcePorts().orElse(PortRange.ALL);
        this.destinationPorts = rule.destinationPorts().orElse(PortRange.ALL);
        this.lowUid = rule.uids().map(RoutingRule.UidRange::low).orElse(0L);
        this.highUid = rule.uids().map(RoutingRule.UidRange::high).orElse(RouteKey.MAX_UID);
        this.fib = rule.action() instanceof RoutingRule.Action.Lookup lookup ? tables.get(lookup.table()) : null;
        this.suppressPrefixLength =
                rule.action() instanceof RoutingRule.Action.Lookup lookup ? lookup.suppressPrefixLength() : -1;
        this.refusal = rule.action() instanceof RoutingRule.Action.Refuse refuse
                ? PolicyRules.refusal(refuse.type())
                : RouteError.NONE;
    }

    private static int index(final Optional<String> name, final NetDevices devices) {
        if (name.isEmpty()) {
            return 0;
        }
        final NetDevice device = devices.named(name.get());
        return device == null ? NO_SUCH_DEVICE : device.index;
    }

    boolean matches(final RouteKey key) {
        return selects(key) != inverted;
    }

    private boolean selects(final RouteKey key) {
        return (inDevice == 0 || inDevice == key.inDevice)
                && (outDevice == 0 || outDevice == key.outDevice)
                && ((markValue ^ key.mark) & markMask) == 0
                && lowUid <= key.uid
                && key.uid <= highUid
                && addresses(key)
                && matchesTos(key)
                && (protocol == 0 || protocol == key.protocol)
                && sourcePorts.contains(key.sourcePort)
                && destinationPorts.contains(key.destinationPort);
    }

    private boolean addresses(final RouteKey key) {
        return (key.destinationHigh & destinationMask.high()) == destination.high()
                && (key.destinationLow & destinationMask.low()) == destination.low()
                && (key.sourceHigh & sourceMask.high()) == source.high()
                && (key.sourceLow & sourceMask.low()) == source.low()
                // fib6_rule_match: without RT6_LOOKUP_F_HAS_SADDR no source rule fits, not even ::/n
                && (family == Family.IPV4 || !hasSource || key.hasSource());
    }

    private boolean matchesTos(final RouteKey key) {
        return tos == 0 || tos == (key.tos & (family == Family.IPV4 ? LEGACY_TOS_MASK : DSCP_MASK));
    }
}

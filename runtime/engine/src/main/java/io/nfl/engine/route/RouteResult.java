// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.Route;
import io.nfl.api.host.RouteType;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import org.jspecify.annotations.Nullable;

/** A routing decision ({@code struct rtable}, {@code rt6_info}). Reused; NOT thread safe. */
public final class RouteResult {
    Family family = Family.IPV4;
    RouteKind kind = RouteKind.NONE;
    RouteError error = RouteError.NONE;
    RouteType type = RouteType.UNICAST;
    final FibMatch match = new FibMatch();

    @Nullable
    NetDevice device;

    long nextHopHigh;
    long nextHopLow;
    boolean gateway;
    long sourceHigh;
    long sourceLow;
    int mtu;
    boolean redirect;
    boolean forwardingOff;
    boolean looped;
    boolean icmp;

    void clear(final Family newFamily) {
        family = newFamily;
        kind = RouteKind.NONE;
        error = RouteError.NONE;
        type = RouteType.UNICAST;
        match.clear();
        device = null;
        nextHopHigh = 0;
        nextHopLow = 0;
        gateway = false;
        sourceHigh = 0;
        sourceLow = 0;
        mtu = 0;
        redirect = false;
        looped = false;
        icmp = false;
        forwardingOff = false;
    }

    RouteError fail(final RouteKind newKind, final RouteError newError) {
        kind = newKind;
        error = newError;
        return newError;
    }

    public Family family() {
        return family;
    }

    public RouteKind kind() {
        return kind;
    }

    public RouteError error() {
        return error;
    }

    /** LOCAL, BROADCAST, MULTICAST or ANYCAST for what is delivered; UNICAST for what goes on. */
    public RouteType type() {
        return type;
    }

    /** Whether there was a way through this host, and forwarding is off on the device it came by. */
    public boolean isForwardingOff() {
        return forwardingOff;
    }

    /** Code of the ICMP(v6) destination unreachable that answers the packet; -1: silence. */
    public int icmpCode() {
        if (kind != RouteKind.UNREACHABLE || !icmp) {
            return -1;
        }
        return family == Family.IPV4 ? error.icmpCode() : error.icmpv6Code();
    }

    /** Priority of the rule whose table had the route, or that refused; -1 where no rule was asked. */
    public long rulePriority() {
        return match.rulePriority;
    }

    /** The table of the route; 0 without one. */
    public int table() {
        final FibEntry entry = match.entry;
        return entry == null ? 0 : entry.route.table();
    }

    /** The route that was found, generated ones included; null where there was none. */
    public @Nullable Route route() {
        final FibEntry entry = match.entry;
        return entry == null ? null : entry.route;
    }

    /** The device it leaves by ({@code lo} for local delivery of what this host sends); empty where it goes nowhere. */
    public String device() {
        return device == null ? "" : device.name;
    }

    /** Index of {@link #device()}; 0 where it goes nowhere. */
    public int deviceIndex() {
        return device == null ? 0 : device.index;
    }

    /** Whether a gateway lies between; {@link #nextHopLow()} is its address then, the destination's otherwise. */
    public boolean hasGateway() {
        return gateway;
    }

    public long nextHopHigh() {
        return nextHopHigh;
    }

    public long nextHopLow() {
        return nextHopLow;
    }

    /** For traces; allocates. */
    public IpAddress nextHop() {
        return new IpAddress(family, nextHopHigh, nextHopLow);
    }

    public long sourceHigh() {
        return sourceHigh;
    }

    /** The source address of what this host sends: the one asked for, or the selected one. */
    public long sourceLow() {
        return sourceLow;
    }

    /** For traces; allocates. */
    public IpAddress source() {
        return new IpAddress(family, sourceHigh, sourceLow);
    }

    /** In bytes: the route's, else the device's; at most 65535. */
    public int mtu() {
        return mtu;
    }

    /** What the device takes, whatever the route says; that of the route where there is none. */
    public int deviceMtu() {
        return device == null ? mtu : device.mtu();
    }

    /**
     * {@code IPSKB_DOREDIRECT}: the sender would better ask the next hop itself; in IPv6 whenever the packet leaves by
     * the device it came by.
     */
    public boolean wantsRedirect() {
        return redirect;
    }

    /** A broadcast or joined multicast that this host sends by a device and also receives ({@code ip_mc_output}). */
    public boolean isLooped() {
        return looped && deviceIndex() != NetDevice.LOOPBACK_INDEX;
    }

    /** {@code RTCF_LOCAL}: the packet is for this host, also where it has yet to come back by lo. */
    public boolean isLocal() {
        return switch (kind) {
            case LOCAL -> true;
            case OUTPUT -> looped || deviceIndex() == NetDevice.LOOPBACK_INDEX && type != RouteType.MULTICAST;
            case NONE, FORWARD, UNREACHABLE, DISCARD -> false;
        };
    }

    /** Takes over another decision. */
    public void copy(final RouteResult other) {
        family = other.family;
        kind = other.kind;
        error = other.error;
        type = other.type;
        match.copy(other.match);
        device = other.device;
        nextHopHigh = other.nextHopHigh;
        nextHopLow = other.nextHopLow;
        gateway = other.gateway;
        sourceHigh = other.sourceHigh;
        sourceLow = other.sourceLow;
        mtu = other.mtu;
        redirect = other.redirect;
        forwardingOff = other.forwardingOff;
        looped = other.looped;
        icmp = other.icmp;
    }
}

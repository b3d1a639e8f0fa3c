// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

/** What an IPv6 lookup does with the device that it is asked for. */
enum DeviceChoice {
    /** {@code find_rr_leaf}: among routes of one metric those of the device are better. */
    PREFERRED,
    /** The same with {@code RT6_LOOKUP_F_IFACE}: no other device will do. */
    REQUIRED,
    /** {@code rt6_device_match}, which {@code ip6_route_lookup} asks: the first of the device, whatever its metric. */
    FIRST,
    /** That with {@code RT6_LOOKUP_F_IFACE}. */
    FIRST_REQUIRED;

    static DeviceChoice of(final boolean strict) {
        return strict ? REQUIRED : PREFERRED;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.classify.CtTemplate;

/**
 * A part of the table ({@code struct nf_conntrack_zone}). Where it holds for one direction only, the other direction's
 * id is 0.
 */
public record Zone(int id, CtTemplate.ZoneDirection direction) {
    public static final Zone DEFAULT = new Zone(0, CtTemplate.ZoneDirection.BOTH);

    /** {@code nf_ct_zone_id}. @param way 0 original, 1 reply */
    public int id(final int way) {
        return switch (direction) {
            case BOTH -> id;
            case ORIGINAL -> way == 0 ? id : 0;
            case REPLY -> way == 1 ? id : 0;
        };
    }
}

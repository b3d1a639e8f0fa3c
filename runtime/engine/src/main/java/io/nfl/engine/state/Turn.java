// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.state;

/** Counts the packets that entered the host: what one of them sets off belongs to its turn. */
public final class Turn {
    private long number;

    public long number() {
        return number;
    }

    public void next() {
        number++;
    }
}

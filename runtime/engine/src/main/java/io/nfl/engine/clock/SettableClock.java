// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.clock;

/** A clock that stands still until it is told to move. NOT thread safe. */
public final class SettableClock implements Clock {
    private long now;

    @Override
    public long nanos() {
        return now;
    }

    /** @param nanos not negative */
    public void advance(final long nanos) {
        if (nanos < 0) {
            throw new IllegalArgumentException("time runs backwards by " + -nanos + " ns");
        }
        now += nanos;
    }
}

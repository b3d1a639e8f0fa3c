// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.clock;

/** The one source of time of a host. Nothing in the engine reads another clock. */
@FunctionalInterface
public interface Clock {
    long NANOS_PER_SECOND = 1_000_000_000L;

    /** Nanoseconds since some fixed moment; never runs backwards. */
    long nanos();

    /**
     * The kernel's tick counter. It is not 0 at the beginning, as in the kernel, so that 0 can mean never.
     *
     * @param hz {@code CONFIG_HZ}
     */
    default long jiffies(final int hz) {
        return hz + nanos() / (NANOS_PER_SECOND / hz);
    }
}

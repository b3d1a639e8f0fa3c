// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.choice;

/** The same seed gives the same choices (splitmix64; Steele, Lea and Flood 2014). */
public final class SeededChooser implements Chooser {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private final int multipathSeed;
    private long state;

    public SeededChooser(final long seed) {
        this.state = seed;
        this.multipathSeed = next();
    }

    /** Draws by another seed from here on; flows keep the next hops that they have. */
    public void restart(final long seed) {
        state = seed;
    }

    private int next() {
        state += GAMMA;
        return (int) (mix(state) >>> 32);
    }

    private static long mix(final long value) {
        final long once = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        final long twice = (once ^ once >>> 27) * 0x94D049BB133111EBL;
        return twice ^ twice >>> 31;
    }

    @Override
    public int portOffset(final int size) {
        return next() & 0xFFFF;
    }

    @Override
    public int probability() {
        return next();
    }

    @Override
    public int multipath(final int flow) {
        return (int) (mix(flow * GAMMA + multipathSeed) >>> 33);
    }

    @Override
    public int sequenceNumber() {
        return next();
    }

    @Override
    public int identification() {
        return next();
    }

    @Override
    public int ephemeralPort(final int size) {
        return Math.floorMod(next(), size);
    }
}

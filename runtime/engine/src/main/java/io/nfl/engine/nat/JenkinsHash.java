// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.nat;

/** {@code jhash2} of include/linux/jhash.h (Bob Jenkins, lookup3). */
final class JenkinsHash {
    private static final int GOLDEN = 0xdeadbeef;

    private JenkinsHash() {}

    /** Of four 32-bit words as the machine reads them (little endian). */
    static int ofFourWords(final int w0, final int w1, final int w2, final int w3, final int seed) {
        int a = GOLDEN + (4 << 2) + seed;
        int b = a + w1;
        int c = a + w2;
        a += w0;
        a -= c;
        a ^= Integer.rotateLeft(c, 4);
        c += b;
        b -= a;
        b ^= Integer.rotateLeft(a, 6);
        a += c;
        c -= b;
        c ^= Integer.rotateLeft(b, 8);
        b += a;
        a -= c;
        a ^= Integer.rotateLeft(c, 16);
        c += b;
        b -= a;
        b ^= Integer.rotateLeft(a, 19);
        a += c;
        c -= b;
        c ^= Integer.rotateLeft(b, 4);
        b += a;
        return last(a + w3, b, c);
    }

    /** {@code __jhash_final}. */
    private static int last(final int first, final int second, final int third) {
        int a = first;
        int b = second;
        int c = third;
        c ^= b;
        c -= Integer.rotateLeft(b, 14);
        a ^= c;
        a -= Integer.rotateLeft(c, 11);
        b ^= a;
        b -= Integer.rotateLeft(a, 25);
        c ^= b;
        c -= Integer.rotateLeft(b, 16);
        a ^= c;
        a -= Integer.rotateLeft(c, 4);
        b ^= a;
        b -= Integer.rotateLeft(a, 14);
        c ^= b;
        c -= Integer.rotateLeft(b, 24);
        return c;
    }
}

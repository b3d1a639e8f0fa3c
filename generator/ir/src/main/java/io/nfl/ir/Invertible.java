// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

/** A value that a match compares with, and whether {@code !} stands before it. */
public record Invertible<T>(T value, boolean inverted) {
    public static <T> Invertible<T> is(final T value) {
        return new Invertible<>(value, false);
    }

    public static <T> Invertible<T> not(final T value) {
        return new Invertible<>(value, true);
    }
}

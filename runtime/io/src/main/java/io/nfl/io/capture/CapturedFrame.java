// SPDX-License-Identifier: Apache-2.0
package io.nfl.io.capture;

/**
 * One frame of a capture. Reused by the reader from frame to frame; NOT thread safe.
 *
 * <p>{@link #timestampNanos} counts from 1970-01-01T00:00:00Z.
 */
public final class CapturedFrame {
    /** The capture does not say which way the frame went. */
    public static final int UNKNOWN_DIRECTION = 0;

    public static final int INBOUND = 1;
    public static final int OUTBOUND = 2;

    byte[] bytes = new byte[2048];
    int length;
    int originalLength;
    long timestampNanos;
    int linkType;
    int direction;
    String device = "";

    CapturedFrame() {}

    public byte[] bytes() {
        return bytes;
    }

    /** Bytes captured, from index 0. */
    public int length() {
        return length;
    }

    /** Bytes that were on the wire. */
    public int originalLength() {
        return originalLength;
    }

    public boolean isTruncated() {
        return length < originalLength;
    }

    public long timestampNanos() {
        return timestampNanos;
    }

    /** {@code LINKTYPE_*} number. */
    public int linkType() {
        return linkType;
    }

    public int direction() {
        return direction;
    }

    /** {@code if_name} of a pcapng interface; empty where the capture names none. */
    public String device() {
        return device;
    }

    void reserve(final int size) {
        if (bytes.length < size) {
            bytes = new byte[Math.max(size, 2 * bytes.length)];
        }
    }
}

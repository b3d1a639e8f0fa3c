// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

/** Takes packets that leave by a device. */
@FunctionalInterface
public interface Output {
    /** The array is reused as soon as the call returns. */
    void transmit(String device, byte[] bytes, int length);
}

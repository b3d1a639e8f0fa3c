// SPDX-License-Identifier: Apache-2.0
package io.nfl.io.capture;

import java.io.IOException;

/** A capture that is not what it says it is. The message names the offset in bytes and what was expected there. */
public final class CaptureException extends IOException {
    private static final long serialVersionUID = 1L;

    CaptureException(final long offset, final String message) {
        super("at byte " + offset + ": " + message);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

/**
 * What the host does besides forwarding.
 *
 * @param localHost whether the small host behind INPUT answers; off: packets end there
 * @param sink whether packets that came by a wire end after INPUT although the host is on
 */
public record EngineOptions(boolean localHost, boolean sink) {
    public static final EngineOptions SILENT = new EngineOptions(false, false);
    public static final EngineOptions ANSWERING = new EngineOptions(true, false);
}

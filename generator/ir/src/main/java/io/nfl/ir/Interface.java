// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import io.nfl.api.host.Device;
import io.nfl.diag.Span;

/**
 * An interface declaration.
 *
 * @param device with the addresses of {@code like} where they are dynamic; without any where it is a wildcard
 * @param dynamic the host alone knows its addresses
 */
public record Interface(Span span, String name, DevicePattern pattern, Device device, boolean dynamic) {}

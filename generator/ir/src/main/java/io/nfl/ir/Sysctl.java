// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

/**
 * A kernel setting by its dotted name; a dot within a device name is a slash ({@code net.ipv4.conf.eth1/20.rp_filter}).
 */
public record Sysctl(String name, String value) {}

// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

/** A text of policy. @param name as the user gave it; diagnostics say it */
public record Source(String name, String text) {}

// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.host;

/** The tables and rules that every Linux has ({@code RT_TABLE_*}, net/core/fib_rules.c). */
public final class RoutingTables {
    public static final int DEFAULT = 253;
    public static final int MAIN = 254;
    public static final int LOCAL = 255;

    public static final int LOCAL_PRIORITY = 0;
    public static final int MAIN_PRIORITY = 32_766;
    public static final int DEFAULT_PRIORITY = 32_767;

    private RoutingTables() {}
}

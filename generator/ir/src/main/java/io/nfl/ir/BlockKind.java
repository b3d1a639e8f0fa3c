// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import io.nfl.api.net.Table;
import java.util.Locale;

/** The kinds of policy blocks and the table each is written to. A mark block is a mangle block of marks alone. */
public enum BlockKind {
    RAW(Table.RAW),
    MARK(Table.MANGLE),
    MANGLE(Table.MANGLE),
    NAT(Table.NAT),
    FILTER(Table.FILTER),
    SECURITY(Table.SECURITY);

    private final Table table;

    BlockKind(final Table table) {
        this.table = table;
    }

    public Table table() {
        return table;
    }

    /** The word that begins the block. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

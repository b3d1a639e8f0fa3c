// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import io.nfl.api.net.Family;
import io.nfl.api.net.Table;
import java.util.List;
import java.util.Optional;

/** All tables of one family that a policy fills, in the order of {@link Table}; tables it does not name are absent. */
public record Ruleset(Family family, List<TableRules> tables) {
    public Ruleset {
        tables = List.copyOf(tables);
        for (int i = 1; i < tables.size(); i++) {
            if (tables.get(i - 1).table().compareTo(tables.get(i).table()) >= 0) {
                throw new IllegalArgumentException("tables out of order, or one twice");
            }
        }
    }

    public Optional<TableRules> table(final Table table) {
        return tables.stream().filter(t -> t.table() == table).findFirst();
    }
}

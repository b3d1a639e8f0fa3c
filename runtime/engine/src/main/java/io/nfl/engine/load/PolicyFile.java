// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.load;

import io.nfl.api.classify.Classifier.Requirements;
import io.nfl.api.classify.RuleLayout;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.host.HostDescription;
import io.nfl.api.net.Family;
import io.nfl.api.net.Table;
import java.util.List;
import java.util.Set;

/**
 * {@code policy.json} of a policy.jar, written by {@link RecordJson}: name, host, and for each family its rules' places
 * and the constants of its class.
 *
 * @param format {@link #FORMAT}
 */
public record PolicyFile(int format, String name, HostDescription host, List<FamilyRules> families) {
    /** Raised whenever an older reader would misread a file. */
    public static final int FORMAT = 1;

    public static final String NAME = "policy.json";

    public PolicyFile {
        families = List.copyOf(families);
    }

    /**
     * A family. The class file and the tables lie beside: {@code <className>.class} with slashes, and the same path
     * with {@code .tables} ({@link TablesFile}).
     *
     * @param className binary name
     */
    public record FamilyRules(
            Family family,
            String className,
            RuleLayout layout,
            Set<Table> tables,
            Requirements requirements,
            List<StateSpec> states,
            List<Object> parameters) {
        public FamilyRules {
            tables = Set.copyOf(tables);
            states = List.copyOf(states);
            parameters = List.copyOf(parameters);
        }

        public String classFile() {
            return className.replace('.', '/') + ".class";
        }

        public String tablesFile() {
            return className.replace('.', '/') + ".tables";
        }
    }
}

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
 * and the constants of its class. Each family's rules as text lie beside, {@link #rules}.
 *
 * @param format {@link #FORMAT}
 * @param interfaces what the policy calls its devices; wildcards are not there
 */
public record PolicyFile(
        int format, String name, HostDescription host, List<NamedDevice> interfaces, List<FamilyRules> families) {
    /** Raised whenever an older reader would misread a file. */
    public static final int FORMAT = 1;

    public static final String NAME = "policy.json";

    /** The entry with a family's rules as iptables-save prints them. */
    public static String rules(final Family family) {
        return switch (family) {
            case IPV4 -> "rules.v4";
            case IPV6 -> "rules.v6";
        };
    }

    public PolicyFile {
        interfaces = List.copyOf(interfaces);
        families = List.copyOf(families);
    }

    /** What the policy calls a device. */
    public record NamedDevice(String name, String device) {}

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

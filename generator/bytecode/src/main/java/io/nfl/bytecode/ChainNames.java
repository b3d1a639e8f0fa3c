// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import java.util.HashMap;
import java.util.Map;

/** The method of each chain of a table. */
final class ChainNames {
    private final Map<String, String> methods = new HashMap<>();

    void add(final String chain, final String method) {
        methods.put(chain, method);
    }

    String method(final String chain) {
        final String method = methods.get(chain);
        if (method == null) {
            throw new IllegalStateException("TableRules let a jump to " + chain + " pass");
        }
        return method;
    }

    /** A name that profilers and stack traces show; characters that the class file format forbids are replaced. */
    static String of(final String table, final String chain, final int number) {
        final StringBuilder name = new StringBuilder(table).append('_');
        for (int i = 0; i < chain.length(); i++) {
            final char c = chain.charAt(i);
            name.append(".;[/<>".indexOf(c) >= 0 ? '_' : c);
        }
        return name.append('$').append(number).toString();
    }
}

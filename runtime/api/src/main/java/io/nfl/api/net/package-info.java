/**
 * The field's vocabulary: hooks, tables, addresses, ports, protocols, states, verdicts. No packets, no policy, no
 * dependency but the JDK.
 */
@NullMarked
package io.nfl.api.net;

import org.jspecify.annotations.NullMarked;

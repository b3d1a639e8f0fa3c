/**
 * The host behind INPUT and before OUTPUT: errors of the stack, REJECT's answers, and the small host that answers pings
 * and has sockets. All that it makes goes through OUTPUT.
 */
@NullMarked
package io.nfl.engine.localhost;

import org.jspecify.annotations.NullMarked;

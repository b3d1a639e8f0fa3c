/**
 * The running kernel, in a private network namespace, as a second engine for the tests of a policy. Here are the way to
 * a namespace, the talk with the driver that lives in it, and the laying of its stories beside the JVM's. What a packet
 * should meet is decided neither here nor in the driver; the host's own network is never touched.
 */
@NullMarked
package io.nfl.kernel;

import org.jspecify.annotations.NullMarked;

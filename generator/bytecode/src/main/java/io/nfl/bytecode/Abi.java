// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.classify.Classifier;
import io.nfl.api.classify.ClassifierConstants;
import io.nfl.api.classify.CtTemplate;
import io.nfl.api.classify.HopLimitOperation;
import io.nfl.api.classify.LogParameters;
import io.nfl.api.classify.NatRange;
import io.nfl.api.classify.RejectWith;
import io.nfl.api.classify.RuleIndex;
import io.nfl.api.classify.RuleLayout;
import io.nfl.api.classify.RuleState;
import io.nfl.api.classify.Targets;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Table;
import io.nfl.api.packet.ConnectionView;
import io.nfl.api.packet.PacketView;
import io.nfl.api.packet.RoutingView;
import io.nfl.api.packet.TcpOptions;
import org.objectweb.asm.Type;

/** Names of what generated code calls: the JDK and {@code io.nfl.api}, nothing else. */
final class Abi {
    static final String CLASSIFIER = Type.getInternalName(Classifier.class);
    static final String CONSTANTS = Type.getInternalName(ClassifierConstants.class);
    static final String PACKET = Type.getInternalName(PacketView.class);
    static final String TARGETS = Type.getInternalName(Targets.class);
    static final String CONNECTION = Type.getInternalName(ConnectionView.class);
    static final String ROUTING = Type.getInternalName(RoutingView.class);
    static final String TCP_OPTIONS = Type.getInternalName(TcpOptions.class);
    static final String RULE_INDEX = Type.getInternalName(RuleIndex.class);
    static final String RULE_STATE = Type.getInternalName(RuleState.class);
    static final String NAT_RANGE = Type.getInternalName(NatRange.class);
    static final String LOG_PARAMETERS = Type.getInternalName(LogParameters.class);
    static final String CT_TEMPLATE = Type.getInternalName(CtTemplate.class);
    static final String IP_ADDRESS = Type.getInternalName(IpAddress.class);
    static final String REJECT_WITH = Type.getInternalName(RejectWith.class);
    static final String HOP_LIMIT_OPERATION = Type.getInternalName(HopLimitOperation.class);

    /** {@code (ClassifierConstants)}. */
    static final String CONSTRUCTOR = "(L" + CONSTANTS + ";)V";

    static final String SUPER_CONSTRUCTOR = Type.getMethodDescriptor(
            Type.VOID_TYPE,
            Type.getType(RuleLayout.class),
            Type.getType(java.util.Set.class),
            Type.getType(Classifier.Requirements.class),
            Type.getType(java.util.List.class));
    static final String CLASSIFY = Type.getMethodDescriptor(
            Type.INT_TYPE,
            Type.getType(Table.class),
            Type.getType(Hook.class),
            Type.getType(PacketView.class),
            Type.getType(Targets.class));
    /** A chain: packet, targets. Returns a verdict, or 0 where a user chain came back. */
    static final String CHAIN = "(L" + PACKET + ";L" + TARGETS + ";)I";
    /** Rules: packet, targets, rule number, odd. Returns as a chain does, or {@link #NEXT}. */
    static final String RULES = "(L" + PACKET + ";L" + TARGETS + ";IZ)I";
    /** The rule did not decide: the next one follows. */
    static final int NEXT = -1;

    static final int SELF_LOCAL = 0;
    static final int PACKET_LOCAL = 1;
    static final int TARGETS_LOCAL = 2;
    static final int RULE_LOCAL = 3;
    static final int ODD_LOCAL = 4;
    static final int RESULT_LOCAL = 5;

    /** Fields of the generated class. */
    static final String PARAMETERS = "parameters";

    static final String PARAMETERS_TYPE = "[Ljava/lang/Object;";
    static final String RULE_PARAMETERS = "ruleParameters";
    static final String INDEXES = "indexes";
    static final String INDEXES_TYPE = "[L" + RULE_INDEX + ";";

    /** HotSpot compiles no method over 8,000 bytes (HugeMethodLimit); 35 to 50 times slower is not an option. */
    static final int MAX_METHOD_BYTES = 7_000;

    private Abi() {}
}

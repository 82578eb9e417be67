/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.djladapters.archive.Call;
import org.djladapters.archive.MethodText;
import org.djladapters.archive.Statement;
import org.djladapters.archive.Variable;
import org.djladapters.matmul.MergedProgram;

/**
 * The statements of a traced method that computes in float32, for one that computes in bfloat16.
 *
 * <p>Operators are known by a list. Each value is followed through the method: numbers that count,
 * such as positions and lengths, have to be exact, so that what is computed from them in float32
 * stays there until it is an index again or is rounded at last. A statement that is not known, or
 * in which exact numbers meet rounded ones, is refused.
 */
final class NarrowedMethod {

    private static final String FLOAT32 = "6";
    private static final String BFLOAT16 = "15";

    /** The types of integers, and of truth values. */
    private static final Set<String> INTEGERS = Set.of("0", "1", "2", "3", "4");

    private static final String BOOLEAN = "11";

    /** Numbers that float32 has and bfloat16 lacks: what stands for minus infinity in a mask. */
    private static final Pattern LARGEST = Pattern.compile("3\\.402823466385\\d*[eE]\\+?38");

    private static final String LARGEST_BFLOAT16 = "3.3895313892515355e+38";

    /** Operators that give elements of their first argument. */
    private static final Set<String> VIEWS =
            words(
                    "alias chunk clone contiguous detach expand flatten flip gather index_select"
                            + " masked_fill masked_fill_ narrow permute repeat reshape roll select"
                            + " slice split split_with_sizes squeeze t transpose tril triu unbind"
                            + " unflatten unsqueeze view");

    /** Operators that give as exact a number as their arguments are. */
    private static final Set<String> SUMS =
            words(
                    "abs add add_ cat clamp clamp_min max maximum min minimum mul mul_ neg rsub"
                            + " stack sub sub_ where");

    /** Operators that give truth values. */
    private static final Set<String> COMPARISONS =
            words(
                    "__and__ __or__ all any bitwise_and bitwise_not bitwise_or eq ge gt le"
                            + " logical_and logical_not logical_or lt ne");

    /** Operators that compute features, in 16 bits with sums in 32 where they add up. */
    private static final Set<String> FEATURES =
            words(
                    "_convolution adaptive_avg_pool2d addmm avg_pool2d baddbmm batch_norm bmm"
                            + " conv2d dropout elu embedding gelu group_norm hardtanh layer_norm"
                            + " leaky_relu linear matmul max_pool2d mean mm relu relu_"
                            + " scaled_dot_product_attention sigmoid silu softmax tanh");

    /** Operators of counts, which give numbers that are no integers. */
    private static final Set<String> FUNCTIONS = words("ceil floor log pow sqrt");

    /** Operators that make tensors of a type. */
    private static final Set<String> CREATIONS =
            words("full full_like ones ones_like tensor zeros zeros_like");

    /** Functions that transformers has had compiled for DeBERTa, by what they give. */
    private static final Map<String, Kind> SCRIPTED =
            Map.of(
                    "scaled_size_sqrt", Kind.EXACT,
                    "make_log_bucket_position", Kind.EXACT,
                    "build_rpos", Kind.COUNT,
                    "build_relative_position", Kind.COUNT);

    private static final Pattern DEBERTA =
            Pattern.compile("__torch__\\.transformers\\.models\\.deberta_v2\\..*\\.(\\w+)");

    /** The mask, the rate of dropout and causality of attention where a call leaves them out. */
    private static final List<String> LEFT_OUT = List.of("None", "0.", "False");

    private static final String SCALE = "scale=";

    private static final Pattern FORWARD = Pattern.compile("\\(\\w+\\)\\.forward\\d*");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");
    private static final Pattern ATTRIBUTE = Pattern.compile("[A-Za-z_]\\w*(\\.\\w+)*\\.(\\w+)");
    private static final Pattern NAMED =
            Pattern.compile("(\\w+)\\s*=(?!=)\\s*(.*)", Pattern.DOTALL);
    private static final Pattern ENTRY = Pattern.compile("(\"\\w+\")\\s*:\\s*(.*)", Pattern.DOTALL);

    /** What a value is, in the order in which the larger takes over where two are added. */
    private enum Kind {
        /** No tensor, or a number of the program's text. */
        PLAIN,
        /** Integers of which every type has the values: a mask. */
        FLAG,
        /** Integers that may be large. */
        COUNT,
        /** Numbers computed from counts in float32. */
        EXACT,
        /** Features, in bfloat16. */
        FEATURE
    }

    private record Value(String text, Kind kind) {}

    /** A reason to leave a program as it is. */
    @SuppressWarnings("serial")
    private static final class Refused extends RuntimeException {
        Refused() {
            super(null, null, false, false);
        }
    }

    private final Function<String, Boolean> counts;
    private final Map<String, Kind> kinds = new HashMap<>();
    private final Map<String, String> functions = new HashMap<>();
    private final Map<Statement, String> changed = new LinkedHashMap<>();
    private Optional<Statement> refused = Optional.empty();

    /**
     * Reads a method.
     *
     * @param counts tells whether the attributes of a name hold integers
     */
    NarrowedMethod(MethodText method, Function<String, Boolean> counts) {
        this.counts = counts;
        for (Variable argument : method.arguments()) {
            boolean ids = argument.name().endsWith("ids");
            kinds.put(argument.name(), ids ? Kind.COUNT : Kind.FEATURE);
        }
        for (Statement statement : method.statements()) {
            try {
                read(statement);
            } catch (Refused e) {
                refused = refused.or(() -> Optional.of(statement));
            }
        }
    }

    private static Set<String> words(String words) {
        return Set.of(words.split(" "));
    }

    /** Returns the first statement that may not be right in bfloat16. */
    Optional<Statement> refused() {
        return refused;
    }

    /** Returns the statements that another text takes the place of. */
    Map<Statement, String> changed() {
        return changed;
    }

    private void read(Statement statement) {
        if (statement.kind() == Statement.Kind.OTHER) {
            throw new Refused();
        }
        Value value = value(statement.expression());
        if (statement.kind() == Statement.Kind.RETURN) {
            requireFeature(value);
        } else {
            for (String target : statement.target().split(",", -1)) {
                kinds.put(target.strip(), value.kind());
            }
            if (statement.expression().startsWith("__torch__.")) {
                functions.put(statement.target().strip(), statement.expression());
            }
        }
        if (!value.text().equals(statement.expression())) {
            changed.put(statement, statement.with(value.text()));
        }
    }

    /** Reads an expression; its text is the same if nothing changes in it. */
    private Value value(String text) {
        Optional<Call> call = Call.parse(text);
        if (call.isPresent()) {
            Value value = call(MergedProgram.original(call.get()));
            return value.text().equals(call.get().text()) ? new Value(text, value.kind()) : value;
        }
        char first = text.isEmpty() ? ' ' : text.charAt(0);
        if (first == '[' || first == '(' || first == '{') {
            return list(text);
        }
        if (NAME.matcher(text).matches()) {
            return new Value(text, kinds.getOrDefault(text, Kind.PLAIN));
        }
        var attribute = ATTRIBUTE.matcher(text);
        if (attribute.matches()) {
            return new Value(text, kindOf(attribute.group(2), text));
        }
        if (Character.isDigit(first) || first == '-' || first == '"') {
            return new Value(LARGEST.matcher(text).replaceAll(LARGEST_BFLOAT16), Kind.PLAIN);
        }
        throw new Refused();
    }

    private Kind kindOf(String attribute, String text) {
        if (text.startsWith("CONSTANTS.") || text.startsWith("__torch__.")) {
            return Kind.PLAIN;
        }
        return counts.apply(attribute) ? Kind.COUNT : Kind.FEATURE;
    }

    /** Reads a list, a tuple or a dictionary. */
    private Value list(String text) {
        int end = text.length() - 1;
        Call parts = Call.parse("list(" + text.substring(1, end) + ")").orElseThrow(Refused::new);
        List<String> texts = new ArrayList<>();
        Kind kind = Kind.PLAIN;
        for (String part : parts.arguments()) {
            var entry = ENTRY.matcher(part);
            String before = entry.matches() ? entry.group(1) + ": " : "";
            Value value = value(entry.matches() ? entry.group(2) : part);
            texts.add(before + value.text());
            kind = larger(kind, value.kind());
        }
        return new Value(
                texts.equals(parts.arguments())
                        ? text
                        : text.charAt(0) + String.join(", ", texts) + text.charAt(end),
                kind);
    }

    private Value call(Call call) {
        List<String> texts = new ArrayList<>();
        List<Kind> plain = new ArrayList<>();
        for (String argument : call.arguments()) {
            var named = NAMED.matcher(argument);
            Value value = value(named.matches() ? named.group(2) : argument);
            texts.add(named.matches() ? named.group(1) + "=" + value.text() : value.text());
            plain.add(value.kind());
        }
        String function = call.function();
        Kind first = plain.isEmpty() ? Kind.PLAIN : plain.get(0);
        if (FORWARD.matcher(function).matches()) {
            return new Value(new Call(function, texts).text(), features(plain));
        }
        if (!function.startsWith("torch.")) {
            return new Value(new Call(function, texts).text(), other(function));
        }
        if (plain.isEmpty()) {
            throw new Refused();
        }
        String operator = function.substring("torch.".length());
        Kind kind;
        if (operator.equals("to")) {
            kind = cast(first, texts);
        } else if (operator.equals("arange")) {
            kind = Kind.COUNT;
            requireInteger(texts);
        } else if (CREATIONS.contains(operator)) {
            kind = created(operator, first, texts);
        } else if (VIEWS.contains(operator)) {
            kind = first;
        } else if (COMPARISONS.contains(operator)) {
            kind = Kind.FLAG;
        } else if (SUMS.contains(operator)) {
            kind = sum(operator.equals("where") ? plain.subList(1, plain.size()) : plain);
            if (kind == Kind.FLAG && operator.startsWith("add")) {
                kind = Kind.COUNT;
            }
        } else if (FEATURES.contains(operator)) {
            kind = features(plain);
            narrowType(texts, operator.equals("softmax") ? 2 : texts.size());
        } else if (FUNCTIONS.contains(operator)) {
            kind = function(operator, first);
        } else {
            kind = single(operator, plain);
        }
        if (operator.equals("scaled_dot_product_attention")) {
            return new Value(attention(new Call(function, texts)).text(), kind);
        }
        if (operator.equals("upsample_bicubic2d")) {
            // interpolated in float32, as models in bfloat16 do
            texts.set(0, "torch.to(" + texts.get(0) + ", " + FLOAT32 + ")");
            Call wide = new Call(function, texts);
            return new Value("torch.to(" + wide.text() + ", " + BFLOAT16 + ")", kind);
        }
        return new Value(new Call(function, texts).text(), kind);
    }

    /**
     * Returns the call of the function for attention, or the operator as it is where it has
     * arguments that the function does not know.
     */
    private static Call attention(Call operator) {
        List<String> arguments = new ArrayList<>(operator.arguments());
        int last = arguments.size() - 1;
        String scale = "None";
        if (arguments.get(last).startsWith(SCALE)) {
            scale = arguments.remove(last).substring(SCALE.length());
        }
        int given = arguments.size();
        boolean known =
                given >= 3 && given <= 6 && arguments.stream().noneMatch(a -> a.contains("="));
        for (int i = given; i < 6 && known; i++) {
            arguments.add(LEFT_OUT.get(i - 3));
        }
        if (!known || !arguments.remove(4).matches("0\\.0*")) {
            return operator;
        }
        arguments.add(scale);
        return new Call(Bfloat16Export.FUNCTIONS + "attention", arguments);
    }

    /** The remaining operators, each with a rule of its own. */
    private Kind single(String operator, List<Kind> plain) {
        return switch (operator) {
            case "size", "dim", "numel" -> Kind.COUNT;
            case "floor_divide" -> sum(plain);
            case "div" -> isInteger(sum(plain)) ? Kind.EXACT : sum(plain);
            case "type_as" -> typedAs(plain.get(0), plain.get(plain.size() - 1));
            case "upsample_bicubic2d" -> Kind.FEATURE;
            case "device" -> Kind.PLAIN;
            case "cumsum" -> {
                if (!isInteger(plain.get(0))) {
                    throw new Refused();
                }
                yield Kind.COUNT;
            }
            default -> throw new Refused();
        };
    }

    private Kind other(String function) {
        String known = functions.getOrDefault(function, "");
        var scripted = DEBERTA.matcher(known);
        if (scripted.matches() && SCRIPTED.containsKey(scripted.group(1))) {
            return SCRIPTED.get(scripted.group(1));
        }
        return switch (function) {
            case "ops.prim.NumToTensor" -> Kind.COUNT;
            case "int", "annotate", "getattr" -> Kind.PLAIN;
            default -> throw new Refused();
        };
    }

    private static Kind typedAs(Kind of, Kind like) {
        if (isInteger(like)) {
            return of == Kind.FLAG ? of : Kind.COUNT;
        }
        return sum(List.of(of, like));
    }

    private static boolean isInteger(Kind kind) {
        return kind == Kind.FLAG || kind == Kind.COUNT;
    }

    /** Returns what values of two kinds are together, which features and exact numbers can't be. */
    private static Kind larger(Kind a, Kind b) {
        Kind larger = a.compareTo(b) > 0 ? a : b;
        if (larger == Kind.FEATURE && (a == Kind.EXACT || b == Kind.EXACT)) {
            throw new Refused();
        }
        return larger;
    }

    /** Returns the kind of a sum or product, in which features would round what counts. */
    private static Kind sum(List<Kind> kinds) {
        Kind sum = together(kinds);
        if (sum == Kind.FEATURE && kinds.contains(Kind.COUNT)) {
            throw new Refused();
        }
        return sum;
    }

    private static Kind together(List<Kind> kinds) {
        return kinds.stream().reduce(Kind.PLAIN, NarrowedMethod::larger);
    }

    private static Kind features(List<Kind> kinds) {
        return larger(together(kinds), Kind.FEATURE);
    }

    private static void requireFeature(Value value) {
        if (value.kind() == Kind.EXACT) {
            throw new Refused();
        }
    }

    private static Kind function(String operator, Kind of) {
        if (of == Kind.FEATURE && operator.equals("pow")) {
            return of;
        }
        if (of == Kind.FEATURE || of == Kind.PLAIN) {
            throw new Refused();
        }
        return Kind.EXACT;
    }

    /** Reads a cast, whose type is the first number behind the tensor, and changes its type. */
    private static Kind cast(Kind of, List<String> texts) {
        int place = typeAt(texts, 1);
        if (place < 0) {
            if (texts.size() == 2 && texts.get(1).startsWith("torch.device(")) {
                return of;
            }
            throw new Refused();
        }
        String type = type(texts.get(place));
        if (type.equals(BOOLEAN)) {
            return Kind.FLAG;
        }
        if (INTEGERS.contains(type)) {
            return of == Kind.FLAG ? of : Kind.COUNT;
        }
        if (!type.equals(FLOAT32)) {
            throw new Refused();
        }
        if (of == Kind.COUNT) {
            return Kind.EXACT;
        }
        narrow(texts, place);
        return Kind.FEATURE;
    }

    private static Kind created(String operator, Kind like, List<String> texts) {
        int place = typeAt(texts, texts.size());
        String type = place < 0 ? "None" : type(texts.get(place));
        if (type.equals(FLOAT32)) {
            narrow(texts, place);
            return Kind.FEATURE;
        }
        if (type.equals("None") && operator.endsWith("_like")) {
            return like;
        }
        if (INTEGERS.contains(type)) {
            return Kind.COUNT;
        }
        if (type.equals(BOOLEAN)) {
            return Kind.FLAG;
        }
        throw new Refused();
    }

    private static void requireInteger(List<String> texts) {
        int place = typeAt(texts, texts.size());
        if (place < 0 || !INTEGERS.contains(type(texts.get(place)))) {
            throw new Refused();
        }
    }

    /** Changes the type that features are computed in, which some operators take. */
    private static void narrowType(List<String> texts, int from) {
        int place = typeAt(texts, from);
        if (place >= 0 && type(texts.get(place)).equals(FLOAT32)) {
            narrow(texts, place);
        }
    }

    /** Finds the argument dtype, or else the first number from a place on; -1 for none. */
    private static int typeAt(List<String> texts, int from) {
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).startsWith("dtype=")) {
                return i;
            }
        }
        for (int i = from; i < texts.size(); i++) {
            if (texts.get(i).matches("\\d+")) {
                return i;
            }
        }
        return -1;
    }

    private static String type(String argument) {
        return argument.replaceFirst("^dtype=", "");
    }

    private static void narrow(List<String> texts, int place) {
        texts.set(place, texts.get(place).replaceFirst(FLOAT32 + "$", BFLOAT16));
    }
}

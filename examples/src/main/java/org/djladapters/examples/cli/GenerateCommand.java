/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.data.ChatMessage;
import org.djladapters.generation.GeneratedText;
import org.djladapters.generation.GenerationOptions;
import org.djladapters.generation.LanguageModel;
import org.djladapters.generation.TextGenerator;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.task.language.CausalLmTask;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lets a causal language model answer or continue a prompt. */
@Command(
        name = "generate",
        header = {
            "Lets a causal language model answer or continue a prompt.",
            "",
            "  adapters generate --model model --prompt \"What is the capital of France?\"",
            "  adapters generate --model model --adapter tuned --prompt \"Write a haiku\" \\",
            "      --temperature 0.7 --top-p 0.9 --seed 1 --max-new-tokens 60",
            "  adapters generate --model model --input in.safetensors --output out.safetensors",
            ""
        },
        description =
                "The text appears while it is generated, by the likeliest tokens unless there is a"
                    + " temperature. A model with a chat template gets the prompt as the turn of a"
                    + " user. The last line is JSON: how many tokens there are, why the text ends,"
                    + " and how long it took.")
@OptionGroup.In(OptionGroup.GENERATION)
final class GenerateCommand extends ProgramCommand {

    private static final String PROMPT = "prompt.input_ids";
    private static final String GENERATED = "generated.input_ids";

    /** The default number of new tokens for tensors. */
    private static final int NEW_TOKENS = 12;

    private static final int BATCH_SIZE = 32;

    @Mixin private BaseModelOption model;

    @Mixin private ProductOptions products;

    @Mixin
    private final AdapterOption adapter =
            AdapterOption.optional(
                    "Adapter folder, or where the adapter was published. Default: none.");

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description = "Text to answer or to continue. Default: none, for --input.")
    private String prompt;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--system",
            paramLabel = "TEXT",
            description =
                    "System message before the prompt; it needs a chat template. Default: that of"
                            + " the template.")
    private String system;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--no-chat-template",
            description =
                    "Continue the prompt as it is. Default: as the adapter was trained; without"
                            + " one by the model's chat template if it has one.")
    private boolean noChatTemplate;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--input",
            paramLabel = "FILE",
            description =
                    "Safetensors file with a tensor prompt.input_ids (int64, a row a prompt) to"
                        + " continue with the likeliest tokens, past any end token. Default: none,"
                        + " for --prompt.")
    private Path input;

    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            description =
                    "Largest number of tokens to generate. Default: 256, or fewer where the model"
                            + " takes no more; 12 with --input.")
    private Integer maxNewTokens;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description =
                    "Draw tokens at random: 1 with the model's probabilities, less to prefer"
                            + " likelier ones. Default: take the likeliest token.")
    private Double temperature;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description =
                    "With --temperature: draw from the K likeliest tokens only. Default: as the"
                            + " model's generation_config.json says, else from all.")
    private Integer topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description =
                    "With --temperature: draw from the likeliest tokens that have this probability"
                        + " together. Default: as the model's generation_config.json says, else 1.")
    private Double topP;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "X",
            description =
                    "Make tokens that the text has already less likely by this factor of their"
                        + " scores. Default: as the model's generation_config.json says, else 1.")
    private Double repetitionPenalty;

    @Option(
            names = "--stop",
            paramLabel = "TEXT",
            description =
                    "End before this text; may be repeated. Default: at the model's end tokens"
                            + " alone.")
    private List<String> stop = List.of();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Random seed of the tokens that are drawn. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--output",
            paramLabel = "FILE",
            description =
                    "With --input: safetensors file to write, with a tensor generated.input_ids,"
                            + " after the prompts, or a decoder's start token. Default: none.")
    private Path output;

    @Override
    public Integer call() throws IOException {
        if ((prompt == null) == (input == null)) {
            throw wrong("Give either --prompt TEXT or --input FILE");
        }
        products.check();
        return input == null ? generateText() : generateTensor();
    }

    private GenerationOptions options() {
        GenerationOptions.Builder builder = GenerationOptions.builder().optSeed(seed);
        Usage.ifGiven(maxNewTokens, builder::optMaxNewTokens);
        Usage.ifGiven(temperature, builder::optTemperature);
        Usage.ifGiven(topK, builder::optTopK);
        Usage.ifGiven(topP, builder::optTopP);
        Usage.ifGiven(repetitionPenalty, builder::optRepetitionPenalty);
        return checked(() -> builder.optStop(stop.toArray(new String[0])).build());
    }

    private int generateText() throws IOException {
        if (output != null) {
            throw wrong("--output is for the tensors of --input; a text goes to standard output");
        }
        if (system != null && noChatTemplate) {
            throw wrong("--system needs the chat template; leave out --no-chat-template");
        }
        GenerationOptions options = options();
        try (AdaptedModel opened =
                model.open(adapter.folder(), products.asTrained(adapter.folder()))) {
            boolean chat = loadAdapter(opened) && !noChatTemplate;
            try (TextGenerator generator = TextGenerator.open(opened)) {
                Warnings.print(generator.warning().stream().toList(), err());
                int[] tokens = tokens(generator, chat);
                long start = System.nanoTime();
                GeneratedText text = generator.run(tokens, options, this::show);
                double seconds = (System.nanoTime() - start) / 1e9;
                out().println();
                out().println(line(text, seconds).computed(opened));
            }
        }
        return 0;
    }

    private void show(String piece) {
        out().print(piece);
        out().flush();
    }

    private static ResultLine line(GeneratedText text, double seconds) {
        return new ResultLine()
                .count("prompt_tokens", text.promptTokens())
                .count("new_tokens", text.newTokens())
                .text("ending", text.ending())
                .number("tokens_per_second", Math.round(10 * text.newTokens() / seconds) / 10.0)
                .seconds(seconds);
    }

    private int[] tokens(TextGenerator generator, boolean chat) {
        if (system != null || (chat && generator.chatTemplate().isPresent())) {
            List<ChatMessage> messages = new ArrayList<>();
            if (system != null) {
                messages.add(ChatMessage.system(system));
            }
            messages.add(ChatMessage.user(prompt));
            return generator.tokens(messages);
        }
        return generator.tokens(prompt);
    }

    /** Loads the adapter, if there is one, and tells whether it knows the chat template. */
    private boolean loadAdapter(AdaptedModel opened) throws IOException {
        return adapter.load(opened, "adapter").isEmpty()
                || CausalLmTask.knowsChatTemplate(adapter.folder().orElseThrow());
    }

    private int generateTensor() throws IOException {
        if (output == null) {
            throw wrong("--input needs --output FILE, a safetensors file to write");
        }
        boolean text = system != null || noChatTemplate || !stop.isEmpty();
        if (text || temperature != null || topK != null || topP != null || seed != 0) {
            throw wrong(
                    "--input takes the likeliest tokens after those of the file, without end;"
                            + " only --max-new-tokens and --repetition-penalty go with it");
        }
        GenerationOptions options = options();
        try (AdaptedModel opened = model.open(adapter.folder(), products.withoutTrial());
                NDManager manager = opened.model().getNDManager().newSubManager()) {
            adapter.load(opened, "adapter");
            LanguageModel language = LanguageModel.of(opened);
            language.check();
            List<int[]> prompts = prompts(manager);
            int width = prompts.get(0).length;
            int added = options.maxNewTokens().orElse(NEW_TOKENS);
            language.requireRoom(width, added);
            int[] limits = new int[prompts.size()];
            Arrays.fill(limits, added);
            List<int[]> generated =
                    language.generate(prompts, limits, BATCH_SIZE, Set.of(), options);
            write(prompts.stream().map(language::beginning).toList(), generated, manager);
            out().println(
                            new ResultLine()
                                    .count("rows", prompts.size())
                                    .count("new_tokens", (long) prompts.size() * added)
                                    .computed(opened)
                                    .text("output", output.toString()));
        }
        return 0;
    }

    private List<int[]> prompts(NDManager manager) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(input)) {
            if (!file.tensors().containsKey(PROMPT)) {
                throw new MalformedFileException(
                        input, "lacks the tensor " + PROMPT + ", the tokens to continue");
            }
            NDArray ids = file.read(manager, PROMPT);
            Shape shape = ids.getShape();
            boolean tokens =
                    ids.getDataType() == DataType.INT64 || ids.getDataType() == DataType.INT32;
            if (!tokens || shape.dimension() != 2 || shape.size() == 0) {
                throw new MalformedFileException(
                        input,
                        "has %s of type %s and shape %s where int64 (prompts, tokens) is needed"
                                .formatted(PROMPT, ids.getDataType(), shape));
            }
            long[] values = ids.toType(DataType.INT64, false).toLongArray();
            int width = Math.toIntExact(shape.get(1));
            List<int[]> prompts = new ArrayList<>();
            for (long value : values) {
                if (value < 0 || value > Integer.MAX_VALUE) {
                    throw new MalformedFileException(
                            input,
                            "has %d in %s, which is no token; tokens are counted from 0"
                                    .formatted(value, PROMPT));
                }
            }
            for (int begin = 0; begin < values.length; begin += width) {
                prompts.add(
                        Arrays.stream(values, begin, begin + width)
                                .mapToInt(Math::toIntExact)
                                .toArray());
            }
            return prompts;
        }
    }

    private void write(List<int[]> beginnings, List<int[]> generated, NDManager manager)
            throws IOException {
        long[] all =
                IntStream.range(0, beginnings.size())
                        .mapToObj(row -> Stream.of(beginnings.get(row), generated.get(row)))
                        .flatMap(row -> row)
                        .flatMapToInt(Arrays::stream)
                        .asLongStream()
                        .toArray();
        NDArray ids =
                manager.create(all, new Shape(beginnings.size(), all.length / beginnings.size()));
        SafetensorsFile.write(output, Map.of(GENERATED, ids), Collections.emptyMap());
    }
}

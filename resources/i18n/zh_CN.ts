<?xml version='1.0' encoding='utf-8'?>
<TS version="2.1" language="zh_CN">
    <context>
        <name>Actions</name>
        <message>
            <source>&amp;File</source>
            <translation>文件(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Open model folder …</source>
            <translation>打开模型文件夹(&amp;O) …</translation>
        </message>
        <message>
            <source>&amp;Models</source>
            <translation>模型(&amp;M)</translation>
        </message>
        <message>
            <source>&amp;Quit</source>
            <translation>退出(&amp;Q)</translation>
        </message>
        <message>
            <source>&amp;Edit</source>
            <translation>编辑(&amp;E)</translation>
        </message>
        <message>
            <source>&amp;Undo</source>
            <translation>撤销(&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <translation>重做(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Clear the prompt</source>
            <translation>清空输入(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Add the likeliest token</source>
            <translation>添加最可能的词元(&amp;A)</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>视图(&amp;V)</translation>
        </message>
        <message>
            <source>&amp;Weight scale</source>
            <translation>权重标度(&amp;W)</translation>
        </message>
        <message>
            <source>&amp;Linear</source>
            <translation>线性(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Square root</source>
            <translation>平方根(&amp;S)</translation>
        </message>
        <message>
            <source>L&amp;ogarithmic</source>
            <translation>对数(&amp;O)</translation>
        </message>
        <message>
            <source>Show all &amp;cells</source>
            <translation>显示全部格子(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Theme</source>
            <translation>主题(&amp;T)</translation>
        </message>
        <message>
            <source>As the &amp;system</source>
            <translation>跟随系统(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Light</source>
            <translation>浅色(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Dark</source>
            <translation>深色(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Language</source>
            <translation>语言(&amp;L)</translation>
        </message>
        <message>
            <source>L&amp;arger type</source>
            <translation>放大文字(&amp;A)</translation>
        </message>
        <message>
            <source>S&amp;maller type</source>
            <translation>缩小文字(&amp;M)</translation>
        </message>
        <message>
            <source>&amp;Normal type</source>
            <translation>默认字号(&amp;N)</translation>
        </message>
        <message>
            <source>&amp;Full screen</source>
            <translation>全屏(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Head</source>
            <translation>注意力头(&amp;H)</translation>
        </message>
        <message>
            <source>Next &amp;layer</source>
            <translation>下一层(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Previous layer</source>
            <translation>上一层(&amp;P)</translation>
        </message>
        <message>
            <source>&amp;Next head</source>
            <translation>下一个头(&amp;N)</translation>
        </message>
        <message>
            <source>P&amp;revious head</source>
            <translation>上一个头(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Release</source>
            <translation>取消固定(&amp;R)</translation>
        </message>
        <message>
            <source>Go to the pro&amp;mpt</source>
            <translation>转到输入框(&amp;M)</translation>
        </message>
        <message>
            <source>Go to the &amp;sheet</source>
            <translation>转到总览(&amp;S)</translation>
        </message>
        <message>
            <source>Go to the pre&amp;dictions</source>
            <translation>转到预测(&amp;D)</translation>
        </message>
        <message>
            <source>Hel&amp;p</source>
            <translation>帮助(&amp;P)</translation>
        </message>
        <message>
            <source>&amp;Keys</source>
            <translation>快捷键(&amp;K)</translation>
        </message>
        <message>
            <source>&amp;About Headlight</source>
            <translation>关于 Headlight(&amp;A)</translation>
        </message>
        <message>
            <source>About Headlight</source>
            <translation>关于 Headlight</translation>
        </message>
        <message>
            <source>Headlight {version}: see what every head of every layer of a Transformer looks at, as you type.</source>
            <translation>Headlight {version}：边输入边看 Transformer 每一层每一个注意力头在看什么。</translation>
        </message>
        <message>
            <source>The log is in {folder}.</source>
            <translation>日志位于 {folder}。</translation>
        </message>
    </context>
    <context>
        <name>ColourBar</name>
        <message>
            <source>weight</source>
            <translation>权重</translation>
        </message>
        <message>
            <source>masked</source>
            <translation>被掩蔽</translation>
        </message>
        <message>
            <source>Colour bar of attention weights, 0 to 1</source>
            <translation>注意力权重的色标，0 到 1</translation>
        </message>
    </context>
    <context>
        <name>HeadMatrix</name>
        <message>
            <source>key: the token that is looked at</source>
            <translation>键（key）：被看的词元</translation>
        </message>
        <message>
            <source>query: the token that looks</source>
            <translation>查询（query）：在看的词元</translation>
        </message>
        <message>
            <source>Point at a head to see it here, click to keep it.</source>
            <translation>指向一个头即可在此放大，单击可固定。</translation>
        </message>
        <message>
            <source>Attention of one head</source>
            <translation>一个头的注意力</translation>
        </message>
        <message>
            <source>Point at a cell to read its weight.</source>
            <translation>指向一个格子可读出其权重。</translation>
        </message>
        <message>
            <source>“{query}” ({i}) can't see “{key}” ({j}): masked</source>
            <translation>“{query}”（{i}）看不到“{key}”（{j}）：被掩蔽</translation>
        </message>
        <message>
            <source>“{query}” ({i}) looks at “{key}” ({j}): weight {weight}, score {score}</source>
            <translation>“{query}”（{i}）看“{key}”（{j}）：权重 {weight}，分数 {score}</translation>
        </message>
    </context>
    <context>
        <name>HeadSheet</name>
        <message>
            <source>Head sheet</source>
            <translation>注意力头总览</translation>
        </message>
        <message>
            <source>layer</source>
            <translation>层</translation>
        </message>
        <message>
            <source>head</source>
            <translation>头</translation>
        </message>
        <message>
            <source>Type a sentence above to see every head of every layer.</source>
            <translation>在上方输入一句话，即可看到每一层的每一个头。</translation>
        </message>
        <message>
            <source>{layers} layers of {heads} heads on {tokens} tokens</source>
            <translation>{layers} 层，每层 {heads} 个头，{tokens} 个词元</translation>
        </message>
    </context>
    <context>
        <name>Predictions</name>
        <message>
            <source>Next-token predictions</source>
            <translation>下一个词元的预测</translation>
        </message>
        <message>
            <source>Click a token, or move to it and press Enter, to add it to the prompt.</source>
            <translation>单击词元，或移到其上按回车，即可将其加入输入。</translation>
        </message>
        <message>
            <source>Nothing to predict yet.</source>
            <translation>还没有可预测的内容。</translation>
        </message>
    </context>
    <context>
        <name>PromptEditor</name>
        <message>
            <source>Prompt</source>
            <translation>输入</translation>
        </message>
        <message>
            <source>Type a sentence.</source>
            <translation>请输入一句话。</translation>
        </message>
    </context>
    <context>
        <name>ShortcutSheet</name>
        <message>
            <source>Keys</source>
            <translation>快捷键</translation>
        </message>
        <message>
            <source>In the sheet: move the pin</source>
            <translation>在总览中：移动固定的头</translation>
        </message>
        <message>
            <source>In the predictions: choose, add</source>
            <translation>在预测中：选择、添加</translation>
        </message>
    </context>
    <context>
        <name>Window</name>
        <message>
            <source>Open a model folder</source>
            <translation>打开模型文件夹</translation>
        </message>
        <message>
            <source>Heads</source>
            <translation>注意力头</translation>
        </message>
        <message>
            <source>Loading {model} …</source>
            <translation>正在载入 {model} …</translation>
        </message>
        <message>
            <source>Starting …</source>
            <translation>正在启动 …</translation>
        </message>
        <message>
            <source>Headlight</source>
            <translation>Headlight</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>输入</translation>
        </message>
        <message>
            <source>No head is pinned</source>
            <translation>没有固定的头</translation>
        </message>
        <message>
            <source>Next token</source>
            <translation>下一个词元</translation>
        </message>
    </context>
    <context>
        <name>captions</name>
        <message>
            <source>square-root scale</source>
            <translation>平方根标度</translation>
        </message>
        <message>
            <source>logarithmic scale</source>
            <translation>对数标度</translation>
        </message>
        <message>
            <source>each pixel: the largest weight it covers</source>
            <translation>每个像素取其覆盖的最大权重</translation>
        </message>
        <message>
            <source>No head is pinned</source>
            <translation>没有固定的头</translation>
        </message>
        <message>
            <source>Layer {layer}, head {head}</source>
            <translation>第 {layer} 层，第 {head} 头</translation>
        </message>
        <message>
            <source>previous-token head ({score})</source>
            <translation>前一词元头（{score}）</translation>
        </message>
        <message>
            <source>induction head ({score})</source>
            <translation>归纳头（{score}）</translation>
        </message>
        <message>
            <source>Next token</source>
            <translation>下一个词元</translation>
        </message>
        <message>
            <source>Next token, after “{token}”</source>
            <translation>“{token}”之后的词元</translation>
        </message>
        <message>
            <source>{name} ({million} M parameters)</source>
            <translation>{name}（{million} M 参数）</translation>
        </message>
        <message>
            <source>{tokens} of {context} tokens</source>
            <translation>{tokens} / {context} 个词元</translation>
        </message>
        <message>
            <source>step {step}</source>
            <translation>第 {step} 步</translation>
        </message>
        <message>
            <source>{ms} ms from key to picture</source>
            <translation>按键到画面 {ms} 毫秒</translation>
        </message>
        <message>
            <source>The prompt is empty; the picture is that of the last text.</source>
            <translation>输入为空；画面仍是上一段文字的。</translation>
        </message>
        <message>
            <source>The model gives weights that are no numbers; its file is damaged.</source>
            <translation>模型给出了非数值的权重；其文件已损坏。</translation>
        </message>
        <message>
            <source>The model reads {context} tokens: the first {kept} of {total} characters are shown.</source>
            <translation>模型最多读取 {context} 个词元：显示了 {total} 个字符中的前 {kept} 个。</translation>
        </message>
    </context>
    <context>
        <name>core</name>
        <message>
            <source>{path} can't be written, so text and choices are not remembered; make the folder writable or set XDG_CONFIG_HOME to one that is.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>This system has no Chinese font; install one, on Debian and Ubuntu with: apt install fonts-noto-cjk.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} should end in {endings}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} can't be written: the folder {folder} does not exist.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{option} is {found}; give two whole numbers such as {sample}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>torch can't be imported ({reason}); install Headlight again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>There is not enough memory for this text and model; shorten the text or open a smaller model.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>This could not be computed; the log says why. The last picture stays.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>There is no display; start it on a desktop, or draw without one: headlight snapshot --text "…" --out picture.png.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>The display {display} does not answer; check DISPLAY, or draw without one: headlight snapshot --text "…" --out picture.png.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Qt can't be loaded ({reason}); install what it names and start again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Qt needs the system library {library}; install it, on Debian and Ubuntu with: apt install {package}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>There is no layer {layer}, head {head}; this model has {layers} layers of {heads} heads.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>The text has no tokens; type at least one word.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>The picture was not there after two minutes; the log says why.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} can't be written; is the disk full, or the folder read-only?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{model} is neither a folder nor a bundled model; bundled are {known}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} is no folder; name the folder that holds config.json and model.safetensors.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path}: model_type is {found}; this program opens {known}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} gives ids up to {found}, but the model has {rows} tokens.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} can't be read: {reason}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} is no regular file.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} has {size} bytes; at most {limit} are read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} is no JSON this program can read: {reason}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} holds no JSON object.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} holds {count} tensors that this family does not have, such as {key}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: {reason}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} is a pickle, which can run code; convert it with save_pretrained of transformers, which writes model.safetensors.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} has no tensor {key}; it should be there with shape {shape}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path}: {key} has shape {found}; config.json asks for {shape}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path}: {key} is of type {found}; this program reads {known}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>config.json: n_embd is {width}, which {heads} heads do not divide.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>config.json: scale_attn_by_inverse_layer_idx is set, which this program does not compute.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Only a decoder with learned positions, norms before its sublayers and at its end, and heads that share its width can be written as GPT-2.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>a whole number from 1 to 16777216</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>a number above 0</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>true or false</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>config.json has no {name}; the file is not whole, or not of this family.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>config.json: {name} is {value}; expected {expected}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{name} is {value!r}; it must be a whole number from {least} to {most}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{name} is {value!r}; known are {known}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>The model has no layers; it needs at least one.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Sinusoidal positions need an even width; this one is {width}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Dropout is {value}; it must be from 0 to below 1.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>The learning rate is {value}; it must be above 0.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>repeats is {value}; it must be from 0 to 1.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>There is no setting named {name!r}; known are {known}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} is no tokenizer this program can read: {reason}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} can't be written: {reason}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} is no recipe this program can follow: {reason}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path}: objective is {found!r}; this program trains causal.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>The window is {window} tokens, but the model's context is {context}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>The loss is no number after step {step}; lower the learning rate.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} holds no .txt file; name a text file or a folder of them.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} leaves {train} documents to train on and {held_out} to measure on; both need one, so give more text or hold out less.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{path} is not UTF-8 text (byte {at}); convert it first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>The text has {tokens} tokens and a window needs {window} and one more; give more text or a smaller window.</source>
            <translation type="unfinished" />
        </message>
    </context>
</TS>
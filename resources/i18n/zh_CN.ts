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
            <source>Open from the &amp;hub …</source>
            <translation>从模型库打开(&amp;H)…</translation>
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
            <source>Bundled</source>
            <translation>自带</translation>
        </message>
        <message>
            <source>Recent</source>
            <translation>最近</translation>
        </message>
        <message>
            <source>Downloaded from the hub</source>
            <translation>已从模型库下载</translation>
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
            <source>&amp;Let the model write on</source>
            <translation>让模型接着写(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Show every masked token</source>
            <translation>显示所有被掩蔽的词元(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Draw a new order</source>
            <translation>重新抽取次序(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;No order</source>
            <translation>不用次序(&amp;N)</translation>
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
            <source>Next: &amp;pattern, scores, their parts</source>
            <translation>下一个：注意力、分数及其各项(&amp;P)</translation>
        </message>
        <message>
            <source>Previous: pattern, scores, their p&amp;arts</source>
            <translation>上一个：注意力、分数及其各项(&amp;A)</translation>
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
            <source>Attention of the &amp;encoder</source>
            <translation>编码器的注意力(&amp;E)</translation>
        </message>
        <message>
            <source>Attention of the &amp;decoder</source>
            <translation>解码器的注意力(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Cross-attention</source>
            <translation>交叉注意力(&amp;C)</translation>
        </message>
        <message>
            <source>C&amp;ontent stream</source>
            <translation>内容流(&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Query stream</source>
            <translation>查询流(&amp;Q)</translation>
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
            <source>&amp;Model</source>
            <translation>模型(&amp;M)</translation>
        </message>
        <message>
            <source>&amp;Compare with transformers …</source>
            <translation>与 transformers 对比(&amp;C)…</translation>
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
        <name>BytesBar</name>
        <message>
            <source>{done} of {total}</source>
            <translation>{done} / {total}</translation>
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
        <message>
            <source>Colour bar of {name}, {low} to {high}</source>
            <translation>{name}的色条，从 {low} 到 {high}</translation>
        </message>
    </context>
    <context>
        <name>ComparisonDialog</name>
        <message>
            <source>Compare with transformers</source>
            <translation>与 transformers 对比</translation>
        </message>
        <message>
            <source>transformers opens the same folder and runs the same prompt; this takes a moment.</source>
            <translation>transformers 正在打开同一文件夹并运行同一提示；请稍候。</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Passed: {count} tensors of {model} are those of transformers {version}, each within its tolerance. Nearest to it: {name}.</source>
            <translation>通过：{model} 的 {count} 个张量与 transformers {version} 一致，均在容差之内。最接近容差的是 {name}。</translation>
        </message>
        <message>
            <source>Failed: of {count} tensors of {model}, {failed} differ from those of transformers {version} by more than their tolerance. Worst: {name}.</source>
            <translation>未通过：{model} 的 {count} 个张量中，有 {failed} 个与 transformers {version} 的差异超出容差。最大的是 {name}。</translation>
        </message>
        <message>
            <source>{missing} more are not told by this version of transformers.</source>
            <translation>另有 {missing} 个张量此版本的 transformers 未给出。</translation>
        </message>
        <message>
            <source>Tensor</source>
            <translation>张量</translation>
        </message>
        <message>
            <source>Shape</source>
            <translation>形状</translation>
        </message>
        <message>
            <source>Largest difference</source>
            <translation>最大差异</translation>
        </message>
        <message>
            <source>Tolerance</source>
            <translation>容差</translation>
        </message>
        <message>
            <source>Verdict</source>
            <translation>结论</translation>
        </message>
        <message>
            <source>passed</source>
            <translation>通过</translation>
        </message>
        <message>
            <source>failed</source>
            <translation>未通过</translation>
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
            <source>key: the source token that is looked at</source>
            <translation>键（key）：被看的源词元</translation>
        </message>
        <message>
            <source>query: the target token that looks</source>
            <translation>查询（query）：在看的目标词元</translation>
        </message>
        <message>
            <source>weight</source>
            <translation>权重</translation>
        </message>
        <message>
            <source>score</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>bias</source>
            <translation>偏置</translation>
        </message>
        <message>
            <source>content</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>position</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>segment</source>
            <translation>句段</translation>
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
            <source>masked</source>
            <translation>被掩蔽</translation>
        </message>
        <message>
            <source>Type a sentence above to see every head of every layer.</source>
            <translation>在上方输入一句话，即可看到每一层的每一个头。</translation>
        </message>
        <message>
            <source>{layers} layers of {heads} heads on {tokens} tokens</source>
            <translation>{layers} 层，每层 {heads} 个头，{tokens} 个词元</translation>
        </message>
        <message>
            <source>Layer {layer}, head {head}</source>
            <translation>第 {layer} 层，第 {head} 头</translation>
        </message>
        <message>
            <source>Layer {layer}, head {head}: reads key head {key}, as {others} of {heads} do</source>
            <translation>第 {layer} 层第 {head} 头：读取键头 {key}，{heads} 个头中有 {others} 个如此</translation>
        </message>
    </context>
    <context>
        <name>HubDialog</name>
        <message>
            <source>Open from the hub</source>
            <translation>从模型库打开</translation>
        </message>
        <message>
            <source>owner/name, for example openai-community/gpt2</source>
            <translation>所有者/名称，例如 openai-community/gpt2</translation>
        </message>
        <message>
            <source>&amp;Look up</source>
            <translation>查询(&amp;L)</translation>
        </message>
        <message>
            <source>Model &amp;id</source>
            <translation>模型编号(&amp;I)</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>Still to come</source>
            <translation>尚未下载</translation>
        </message>
        <message>
            <source>Only configuration, weights (safetensors) and vocabulary are downloaded; never code.</source>
            <translation>只下载配置、权重（safetensors）和词表，绝不下载代码。</translation>
        </message>
        <message>
            <source>Cancelled. What has come is kept for the next time.</source>
            <translation>已取消。已下载的部分会保留到下次。</translation>
        </message>
        <message>
            <source>{count} files, {size}; {missing} still to come.</source>
            <translation>{count} 个文件，共 {size}；尚缺 {missing}。</translation>
        </message>
        <message>
            <source>&amp;Open</source>
            <translation>打开(&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Download and open</source>
            <translation>下载并打开(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Cancel</source>
            <translation>取消(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <translation>关闭(&amp;C)</translation>
        </message>
        <message>
            <source>This model is on this machine; it opens without network.</source>
            <translation>此模型已在本机，无需网络即可打开。</translation>
        </message>
    </context>
    <context>
        <name>Opening</name>
        <message>
            <source>Not enough memory</source>
            <translation>内存不足</translation>
        </message>
        <message>
            <source>In {dtype} a number has two to three digits, so patterns differ a little from those in float32.</source>
            <translation>{dtype} 的数只有两到三位有效数字，因此注意力模式与 float32 略有不同。</translation>
        </message>
        <message>
            <source>&amp;Open in {dtype}</source>
            <translation>用 {dtype} 打开(&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Keep the model at hand</source>
            <translation>保留当前模型(&amp;K)</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Stop loading and keep the model at hand (Esc)</source>
            <translation>停止载入并保留当前模型（Esc）</translation>
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
            <source>Click a token, or move to it and press Enter, to put it in the mask's place.</source>
            <translation>点击一个词元，或移到它上面按回车，把它填入掩蔽处。</translation>
        </message>
        <message>
            <source>Nothing to predict yet.</source>
            <translation>还没有可预测的内容。</translation>
        </message>
        <message>
            <source>Click a token below the prompt or beside the matrix to mask it: what may stand there appears here.</source>
            <translation>点击输入下方或矩阵旁的词元将其掩蔽：此处会显示可能的词。</translation>
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
        <name>PromptPanel</name>
        <message>
            <source>Source</source>
            <translation>源文本</translation>
        </message>
        <message>
            <source>Target</source>
            <translation>目标文本</translation>
        </message>
        <message>
            <source>Type what the encoder reads.</source>
            <translation>输入编码器读取的文本。</translation>
        </message>
        <message>
            <source>Type what the decoder reads, or let the model write it.</source>
            <translation>输入解码器读取的文本，或让模型来写。</translation>
        </message>
        <message>
            <source>Sentence 1</source>
            <translation>句子 1</translation>
        </message>
        <message>
            <source>Sentence 2</source>
            <translation>句子 2</translation>
        </message>
        <message>
            <source>Type a sentence.</source>
            <translation>请输入一句话。</translation>
        </message>
        <message>
            <source>Type a second sentence, or leave it empty.</source>
            <translation>输入第二个句子，也可留空。</translation>
        </message>
        <message>
            <source>Draw a new order</source>
            <translation>重新抽取次序</translation>
        </message>
        <message>
            <source>Each token then sees only those that are read before it (Ctrl+R).</source>
            <translation>此时每个词元只能看到先于它读取的词元（Ctrl+R）。</translation>
        </message>
        <message>
            <source>No order</source>
            <translation>不用次序</translation>
        </message>
        <message>
            <source>Every token sees every other (Ctrl+Shift+R).</source>
            <translation>每个词元都能看到其他所有词元（Ctrl+Shift+R）。</translation>
        </message>
        <message>
            <source>Stop (Esc)</source>
            <translation>停止（Esc）</translation>
        </message>
        <message>
            <source>Write the target</source>
            <translation>生成目标文本</translation>
        </message>
        <message>
            <source>The model writes on, its likeliest token each time (Ctrl+G).</source>
            <translation>模型每次写出最可能的词元（Ctrl+G）。</translation>
        </message>
    </context>
    <context>
        <name>Rotation</name>
        <message>
            <source>Query and key before and after rotation</source>
            <translation>旋转前后的查询与键</translation>
        </message>
        <message>
            <source>before rotation</source>
            <translation>旋转前</translation>
        </message>
        <message>
            <source>after, by dimension</source>
            <translation>旋转后，按维度</translation>
        </message>
        <message>
            <source>Rotary positions turn pairs of dimensions, further at later positions; lengths stay, so the score depends on the distance. Point at a cell to choose the tokens.</source>
            <translation>旋转位置编码成对地转动各维，位置越后转得越多；长度不变，因此分数取决于距离。指向一个格子以选择词元。</translation>
        </message>
        <message>
            <source>q of “{token}” ({i})</source>
            <translation>“{token}”（{i}）的 q</translation>
        </message>
        <message>
            <source>k of “{token}” ({i})</source>
            <translation>“{token}”（{i}）的 k</translation>
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
        <name>TokenStrip</name>
        <message>
            <source>Tokens</source>
            <translation>词元</translation>
        </message>
        <message>
            <source>Token {i}, “{token}”: click to mask it</source>
            <translation>词元 {i}“{token}”：点击将其掩蔽</translation>
        </message>
        <message>
            <source>Token {i} is masked: click to see it again</source>
            <translation>词元 {i} 已掩蔽：点击恢复</translation>
        </message>
        <message>
            <source>Token {i}, “{token}”, is read as number {place}</source>
            <translation>词元 {i}“{token}”，第 {place} 个被读取</translation>
        </message>
        <message>
            <source>Token {i}, “{token}”: click for what may stand in its place</source>
            <translation>词元 {i}“{token}”：点击查看此处可能的词元</translation>
        </message>
        <message>
            <source>read as</source>
            <translation>读取次序</translation>
        </message>
    </context>
    <context>
        <name>Verdict</name>
        <message>
            <source>follows the first</source>
            <translation>承接第一句</translation>
        </message>
        <message>
            <source>The probability of the next-sentence head that sentence 2 follows sentence 1.</source>
            <translation>下一句预测头给出的句子 2 承接句子 1 的概率。</translation>
        </message>
        <message>
            <source>Next-sentence verdict</source>
            <translation>下一句判定</translation>
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
            <source>Behind the mask</source>
            <translation>掩蔽之下</translation>
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
            <source>reads key head {head}</source>
            <translation>读取键头 {head}</translation>
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
            <source>alignment head ({score})</source>
            <translation>对齐头（{score}）</translation>
        </message>
        <message>
            <source>Next token</source>
            <translation>下一个词元</translation>
        </message>
        <message>
            <source>In place of a token</source>
            <translation>代替一个词元</translation>
        </message>
        <message>
            <source>Behind the mask at token {i}</source>
            <translation>词元 {i} 掩蔽之下</translation>
        </message>
        <message>
            <source>Behind the mask at token {i}, which hides “{token}”</source>
            <translation>词元 {i} 掩蔽之下，原为“{token}”</translation>
        </message>
        <message>
            <source>Next token, after “{token}”</source>
            <translation>“{token}”之后的词元</translation>
        </message>
        <message>
            <source>In place of “{token}”</source>
            <translation>代替“{token}”</translation>
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
            <translation>无法写入 {path}，因此不会记住文字和设置；请让该文件夹可写，或将 XDG_CONFIG_HOME 设为可写的文件夹。</translation>
        </message>
        <message>
            <source>This system has no font, so no word can be drawn; install one, on Debian and Ubuntu with: apt install fonts-dejavu-core.</source>
            <translation>此系统没有任何字体，无法显示文字；请安装一种，在 Debian 和 Ubuntu 上：apt install fonts-dejavu-core。</translation>
        </message>
        <message>
            <source>This system has no Chinese font; install one, on Debian and Ubuntu with: apt install fonts-noto-cjk.</source>
            <translation>此系统没有中文字体；请安装一种，在 Debian 和 Ubuntu 上：apt install fonts-noto-cjk。</translation>
        </message>
        <message>
            <source>{message}; {program} --help tells what can be given.</source>
            <translation>{message}；{program} --help 说明可以给出什么。</translation>
        </message>
        <message>
            <source>trace needs --out, a file to write, or --compare, to hold it against transformers.</source>
            <translation>trace 需要 --out（写入的文件）或 --compare（与 transformers 比较）。</translation>
        </message>
        <message>
            <source>{model} has no use for {option}; leave it out.</source>
            <translation>{model} 用不上 {option}；请去掉它。</translation>
        </message>
        <message>
            <source>--mask is {found}; the tokens are {tokens}.</source>
            <translation>--mask 为 {found}；词元为 {tokens}。</translation>
        </message>
        <message>
            <source>--pixels is {found}; give a number from {least} to {most}.</source>
            <translation>--pixels 为 {found}；请给出 {least} 到 {most} 的数。</translation>
        </message>
        <message>
            <source>The recipe {name} is for the objective {found}, not {asked}.</source>
            <translation>配方 {name} 用于目标 {found}，而不是 {asked}。</translation>
        </message>
        <message>
            <source>{path} should end in {endings}.</source>
            <translation>{path} 的结尾应为 {endings}。</translation>
        </message>
        <message>
            <source>{path} can't be written: there is no folder {folder}.</source>
            <translation>无法写入 {path}：没有文件夹 {folder}。</translation>
        </message>
        <message>
            <source>{option} is {found}; give two whole numbers from {least} to {most}.</source>
            <translation>{option} 为 {found}；请给出 {least} 到 {most} 的两个整数。</translation>
        </message>
        <message>
            <source>torch can't be imported ({reason}); install Headlight again.</source>
            <translation>无法导入 torch（{reason}）；请重新安装 Headlight。</translation>
        </message>
        <message>
            <source>There is not enough memory for this text and model; shorten the text or open a smaller model.</source>
            <translation>内存不足以处理这段文字和这个模型；请缩短文字或打开较小的模型。</translation>
        </message>
        <message>
            <source>This could not be computed; the log says why. The last picture stays.</source>
            <translation>这次计算失败，原因见日志；上一幅画面保持不变。</translation>
        </message>
        <message>
            <source>The comparison ended before its end; the log says why. A model that is too large for this machine's memory twice ends so.</source>
            <translation>对比中途结束；原因见日志。若本机内存装不下两份模型，就会如此。</translation>
        </message>
        <message>
            <source>There is no display; start it on a desktop, or draw without one: headlight snapshot --text "…" --out picture.png.</source>
            <translation>没有显示器；请在桌面环境中启动，或不用显示器直接绘图：headlight snapshot --text "…" --out picture.png。</translation>
        </message>
        <message>
            <source>The display {display} does not answer; check {variable}, or draw without one: headlight snapshot --text "…" --out picture.png.</source>
            <translation>显示器 {display} 没有响应；请检查 {variable}，或不用显示器直接绘图：headlight snapshot --text "…" --out picture.png。</translation>
        </message>
        <message>
            <source>QT_QPA_PLATFORM names {name}, which this Qt does not have; unset it.</source>
            <translation>QT_QPA_PLATFORM 指定了 {name}，而此 Qt 没有它；请取消该设置。</translation>
        </message>
        <message>
            <source>Qt can't be loaded ({reason}); install what it names and start again.</source>
            <translation>无法加载 Qt（{reason}）；请安装其中提到的内容后重新启动。</translation>
        </message>
        <message>
            <source>Qt needs the system library {library}; install it, on Debian and Ubuntu with: apt install {package}.</source>
            <translation>Qt 需要系统库 {library}；请安装它，在 Debian 和 Ubuntu 上：apt install {package}。</translation>
        </message>
        <message>
            <source>There is no layer {layer}, head {head}; this model has {layers} layers of {heads} heads.</source>
            <translation>没有第 {layer} 层第 {head} 头；此模型有 {layers} 层，每层 {heads} 个头。</translation>
        </message>
        <message>
            <source>The text has no tokens; type at least one word.</source>
            <translation>这段文字没有词元；请至少输入一个词。</translation>
        </message>
        <message>
            <source>The picture was not there after two minutes; the log says why.</source>
            <translation>两分钟后仍没有画面，原因见日志。</translation>
        </message>
        <message>
            <source>There is not enough memory for this picture; make it smaller.</source>
            <translation>内存不足以绘制这幅图；请把它缩小。</translation>
        </message>
        <message>
            <source>{path} is no folder; name the folder that holds config.json and model.safetensors.</source>
            <translation>{path} 不是文件夹；请指明包含 config.json 和 model.safetensors 的文件夹。</translation>
        </message>
        <message>
            <source>{path}: model_type is {found}; this program opens {known}.</source>
            <translation>{path}：model_type 为 {found}；本程序可打开 {known}。</translation>
        </message>
        <message>
            <source>{path}: the weights are quantized, which this program does not read; open the model they were made from.</source>
            <translation>{path}：权重已量化，本程序不读取；请打开量化前的模型。</translation>
        </message>
        <message>
            <source>{path} gives ids up to {found}, but the model has {rows} tokens.</source>
            <translation>{path} 给出的编号最大为 {found}，而模型只有 {rows} 个词元。</translation>
        </message>
        <message>
            <source>{path} is missing; of {family} no other vocabulary is read: save it with a tokenizer of the tokenizers library.</source>
            <translation>缺少 {path}；{family} 不支持其他词表文件：请用 tokenizers 库的分词器保存它。</translation>
        </message>
        <message>
            <source>{folder} has neither tokenizer.json nor {legacy}; the model came without its tokenizer.</source>
            <translation>{folder} 中既无 tokenizer.json 也无 {legacy}；模型缺少分词器。</translation>
        </message>
        <message>
            <source>{path} gives two tokens the same id.</source>
            <translation>{path} 给两个词元同一个编号。</translation>
        </message>
        <message>
            <source>{path} can't be read: {reason}.</source>
            <translation>无法读取 {path}：{reason}。</translation>
        </message>
        <message>
            <source>{path}: line {number} is {found}; expected two tokens.</source>
            <translation>{path}：第 {number} 行为 {found}；应为两个词元。</translation>
        </message>
        <message>
            <source>{path} is no regular file.</source>
            <translation>{path} 不是普通文件。</translation>
        </message>
        <message>
            <source>{path} is a link that leaves its folder.</source>
            <translation>{path} 是指向其文件夹之外的链接。</translation>
        </message>
        <message>
            <source>{path} has {size} bytes; at most {limit} are read.</source>
            <translation>{path} 有 {size} 字节；最多读取 {limit} 字节。</translation>
        </message>
        <message>
            <source>{path} is no JSON this program can read: {reason}.</source>
            <translation>{path} 不是本程序能读取的 JSON：{reason}。</translation>
        </message>
        <message>
            <source>{path} holds no JSON object.</source>
            <translation>{path} 中没有 JSON 对象。</translation>
        </message>
        <message>
            <source>{path}: {key} and {other} differ; this program expects them to be one.</source>
            <translation>{path}：{key} 与 {other} 不同；本程序要求二者相同。</translation>
        </message>
        <message>
            <source>{path} holds {count} tensors that this family does not have, such as {key}.</source>
            <translation>{path} 含有 {count} 个此系列没有的张量，例如 {key}。</translation>
        </message>
        <message>
            <source>{path} is a pickle, which can run code; convert it with save_pretrained of transformers, which writes model.safetensors.</source>
            <translation>{path} 是可能执行代码的 pickle 文件；请用 transformers 的 save_pretrained 转换，它会写出 model.safetensors。</translation>
        </message>
        <message>
            <source>{path} has no tensor {key}; it should be there with shape {shape}.</source>
            <translation>{path} 中没有张量 {key}；它应当存在，形状为 {shape}。</translation>
        </message>
        <message>
            <source>{path}: {key} has shape {found}; config.json asks for {shape}.</source>
            <translation>{path}：{key} 的形状为 {found}；config.json 要求 {shape}。</translation>
        </message>
        <message>
            <source>{path}: {key} is of type {found}; this program reads {known}.</source>
            <translation>{path}：{key} 的类型为 {found}；本程序可读取 {known}。</translation>
        </message>
        <message>
            <source>{path} was cut short while it was read: {key} has {found} of its {expected} bytes.</source>
            <translation>{path} 在读取时被截断：{key} 只有 {found} 字节，应有 {expected} 字节。</translation>
        </message>
        <message>
            <source>{path} is of a kind that is not read; convert it with save_pretrained of transformers, which writes model.safetensors.</source>
            <translation>{path} 的格式不可读取；请用 transformers 的 save_pretrained 转换，它会写出 model.safetensors。</translation>
        </message>
        <message>
            <source>{path} has no weight_map.</source>
            <translation>{path} 没有 weight_map。</translation>
        </message>
        <message>
            <source>{path} names {count} files; at most {most} are read.</source>
            <translation>{path} 列出 {count} 个文件；最多读取 {most} 个。</translation>
        </message>
        <message>
            <source>{path} names {shard}; a bare name that ends in .safetensors is expected.</source>
            <translation>{path} 列出 {shard}；应为以 .safetensors 结尾的纯文件名。</translation>
        </message>
        <message>
            <source>config.json: scale_attn_by_inverse_layer_idx is set, which this program does not compute.</source>
            <translation>config.json：设置了 scale_attn_by_inverse_layer_idx，本程序不作此计算。</translation>
        </message>
        <message>
            <source>Only a decoder with learned positions, norms before its sublayers and at its end, and heads that share its width can be written as GPT-2.</source>
            <translation>只有位置可学习、归一化在各子层之前和末尾、且各头平分宽度的解码器才能写成 GPT-2 格式。</translation>
        </message>
        <message>
            <source>a whole number from 1 to 16777216</source>
            <translation>1 到 16777216 的整数</translation>
        </message>
        <message>
            <source>a whole number from 0 to 16777216</source>
            <translation>0 到 16777216 的整数</translation>
        </message>
        <message>
            <source>a number above 0</source>
            <translation>大于 0 的数</translation>
        </message>
        <message>
            <source>true or false</source>
            <translation>true 或 false</translation>
        </message>
        <message>
            <source>a list out of </source>
            <translation>由以下各项组成的列表：</translation>
        </message>
        <message>
            <source>config.json: {name} is {width}, which {heads} heads do not divide.</source>
            <translation>config.json：{name} 为 {width}，不能被 {heads} 个头整除。</translation>
        </message>
        <message>
            <source>config.json has no {name}; the file is not whole, or not of this family.</source>
            <translation>config.json 中没有 {name}；文件不完整，或不属于此系列。</translation>
        </message>
        <message>
            <source>config.json: {name} is {value}; expected {expected}.</source>
            <translation>config.json：{name} 为 {value}；应为 {expected}。</translation>
        </message>
        <message>
            <source>ids of tokens</source>
            <translation>词元编号</translation>
        </message>
        <message>
            <source>{name} is {value!r}; it must be a whole number from {least} to {most}.</source>
            <translation>{name} 为 {value!r}；必须是 {least} 到 {most} 的整数。</translation>
        </message>
        <message>
            <source>{name} is {value}; it must be from 0 to 1.</source>
            <translation>{name} 为 {value}；必须在 0 到 1 之间。</translation>
        </message>
        <message>
            <source>{name} of rotary positions is {value}; it must be above 0.</source>
            <translation>旋转位置的 {name} 为 {value}；必须大于 0。</translation>
        </message>
        <message>
            <source>low_factor of rotary positions is {low}; it must be below high_factor, {high}.</source>
            <translation>旋转位置的 low_factor 为 {low}；必须小于 high_factor（{high}）。</translation>
        </message>
        <message>
            <source>{name} is {value!r}; known are {known}.</source>
            <translation>{name} 为 {value!r}；已知的有 {known}。</translation>
        </message>
        <message>
            <source>The model has no layers; it needs at least one.</source>
            <translation>模型没有层；至少需要一层。</translation>
        </message>
        <message>
            <source>{given} attention windows are given for {layers} layers.</source>
            <translation>给出了 {given} 个注意力窗口，而模型有 {layers} 层。</translation>
        </message>
        <message>
            <source>An attention window is {value}; it must not be below 0.</source>
            <translation>注意力窗口为 {value}；不能小于 0。</translation>
        </message>
        <message>
            <source>{heads} heads of {width} are too wide to be shown.</source>
            <translation>{heads} 个宽为 {width} 的头过宽，无法显示。</translation>
        </message>
        <message>
            <source>{heads} decoder heads can't share a width of {width} evenly.</source>
            <translation>{heads} 个解码器头不能均分宽度 {width}。</translation>
        </message>
        <message>
            <source>{heads} heads can't share {keys} key heads evenly.</source>
            <translation>{heads} 个头不能均分 {keys} 个键头。</translation>
        </message>
        <message>
            <source>Sinusoidal positions need an even width; this one is {width}.</source>
            <translation>正弦位置编码需要偶数宽度；此处为 {width}。</translation>
        </message>
        <message>
            <source>Dropout is {value}; it must be from 0 to below 1.</source>
            <translation>dropout 为 {value}；必须大于等于 0 且小于 1。</translation>
        </message>
        <message>
            <source>Rotary positions turn pairs; {turning} of a head's {width} dimensions are none.</source>
            <translation>旋转位置成对转动；一个头的 {width} 维中取 {turning} 维不成对。</translation>
        </message>
        <message>
            <source>The learning rate is {value}; it must be above 0.</source>
            <translation>学习率为 {value}；必须大于 0。</translation>
        </message>
        <message>
            <source>betas are {value}; both must be from 0 to below 1.</source>
            <translation>betas 为 {value}；两者都必须大于等于 0 且小于 1。</translation>
        </message>
        <message>
            <source>clip is {value}; it must not be below 0.</source>
            <translation>clip 为 {value}；不得小于 0。</translation>
        </message>
        <message>
            <source>a whole number</source>
            <translation>整数</translation>
        </message>
        <message>
            <source>a number</source>
            <translation>数</translation>
        </message>
        <message>
            <source>a text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>{value} stands where an object with settings is due.</source>
            <translation>{value} 所在之处应为含有设置的对象。</translation>
        </message>
        <message>
            <source>There is no setting named {name!r}; known are {known}.</source>
            <translation>没有名为 {name!r} 的设置；已知的有 {known}。</translation>
        </message>
        <message>
            <source>{name} is {value}; it must be {expected}.</source>
            <translation>{name} 为 {value}；必须是{expected}。</translation>
        </message>
        <message>
            <source>The setting {name} is missing.</source>
            <translation>缺少设置 {name}。</translation>
        </message>
        <message>
            <source>a list</source>
            <translation>列表</translation>
        </message>
        <message>
            <source>an object</source>
            <translation>对象</translation>
        </message>
        <message>
            <source>{path} was tried and had not ended after {seconds} seconds; it is not opened.</source>
            <translation>试用 {path} 时 {seconds} 秒后仍未结束；不予打开。</translation>
        </message>
        <message>
            <source>{path} can't be tried in a process of its own: {reason}.</source>
            <translation>无法在单独的进程中试用 {path}：{reason}。</translation>
        </message>
        <message>
            <source>{path} was tried and ended its process ({status}), in {memory} MB of memory; it is not opened.</source>
            <translation>试用 {path} 时其进程终止（{status}），内存 {memory} MB；不予打开。</translation>
        </message>
        <message>
            <source>{path} is no tokenizer this program can read: {reason}.</source>
            <translation>{path} 不是本程序能读取的分词器：{reason}。</translation>
        </message>
        <message>
            <source>The tokenizer can't read this text: {reason}.</source>
            <translation>分词器无法读取这段文字：{reason}。</translation>
        </message>
        <message>
            <source>{model} is no id of the hub; an id has the form owner/name, in letters, digits and - _ . only.</source>
            <translation>{model} 不是模型库编号；编号形如“所有者/名称”，只含字母、数字和 - _ .。</translation>
        </message>
        <message>
            <source>{model} has no {file} on the hub, and this program reads no other weights; choose a model that has it.</source>
            <translation>模型库中的 {model} 没有 {file}，本程序不读取其他权重；请选择有此文件的模型。</translation>
        </message>
        <message>
            <source>{model} has no {file} on the hub, so it is no Transformer that this program opens.</source>
            <translation>模型库中的 {model} 没有 {file}，不是本程序能打开的 Transformer。</translation>
        </message>
        <message>
            <source>{file} of {model} is not what the hub said it would be (size or content), so it was not kept; try again later.</source>
            <translation>{model} 的 {file} 与模型库所述不符（大小或内容），未保留；请稍后再试。</translation>
        </message>
        <message>
            <source>{model} is open only to those who accept its terms: do that on its page, then log in with: hf auth login.</source>
            <translation>{model} 只对接受其条款的人开放：请在其页面上接受，然后用 hf auth login 登录。</translation>
        </message>
        <message>
            <source>The hub has no {model}, or it is private: check the name, or log in with: hf auth login.</source>
            <translation>模型库中没有 {model}，或它是私有的：请检查名称，或用 hf auth login 登录。</translation>
        </message>
        <message>
            <source>The hub does not let you read {model} (status {code}); log in with: hf auth login.</source>
            <translation>模型库不允许你读取 {model}（状态 {code}）；请用 hf auth login 登录。</translation>
        </message>
        <message>
            <source>The hub answers with status {code} instead of {model}; try again later.</source>
            <translation>模型库未给出 {model}，而返回状态 {code}；请稍后再试。</translation>
        </message>
        <message>
            <source>HF_HUB_OFFLINE is set, so {model} can't be downloaded; unset it, or open a model that has been.</source>
            <translation>已设置 HF_HUB_OFFLINE，无法下载 {model}；请取消设置，或打开已下载的模型。</translation>
        </message>
        <message>
            <source>{path} can't be written: {reason}.</source>
            <translation>无法写入 {path}：{reason}。</translation>
        </message>
        <message>
            <source>The hub at {address} can't be reached ({reason}); check the connection. Models that were downloaded open without it.</source>
            <translation>无法连接模型库 {address}（{reason}）；请检查网络。已下载的模型无需网络即可打开。</translation>
        </message>
        <message>
            <source>{path} is no recipe this program can follow: {reason}.</source>
            <translation>{path} 不是本程序能执行的训练配方：{reason}。</translation>
        </message>
        <message>
            <source>{path}: objective is {found!r}; this program trains {known}.</source>
            <translation>{path}：目标为 {found!r}；本程序可训练 {known}。</translation>
        </message>
        <message>
            <source>{path} already holds a run; name another folder, or remove it.</source>
            <translation>{path} 中已有一次训练；请换一个文件夹，或先将其删除。</translation>
        </message>
        <message>
            <source>The window is {window} tokens, but the model's context is {context}.</source>
            <translation>窗口为 {window} 个词元，而模型的上下文只有 {context}。</translation>
        </message>
        <message>
            <source>This recipe needs data; name them with --data.</source>
            <translation>此配方需要数据；请用 --data 指定。</translation>
        </message>
        <message>
            <source>The loss is no number after step {step}; lower the learning rate.</source>
            <translation>第 {step} 步之后损失不再是数；请降低学习率。</translation>
        </message>
        <message>
            <source>{path} holds no .txt file; name a text file or a folder of them.</source>
            <translation>{path} 中没有 .txt 文件；请指明一个文本文件或含有文本文件的文件夹。</translation>
        </message>
        <message>
            <source>{path} has no file named {name}, which is to be held out.</source>
            <translation>{path} 中没有要留作评估的文件 {name}。</translation>
        </message>
        <message>
            <source>{path} leaves {train} documents to train on and {held_out} to measure on; both need one, so give more text or hold out less.</source>
            <translation>{path} 剩下 {train} 篇可训练、{held_out} 篇可评估；两者都至少需要一篇，请提供更多文字或少留一些。</translation>
        </message>
        <message>
            <source>{path} is not UTF-8 text (byte {at}); convert it first.</source>
            <translation>{path} 不是 UTF-8 文本（第 {at} 字节）；请先转换。</translation>
        </message>
        <message>
            <source>A vocabulary of {vocabulary} tokens can't spell every text; it needs at least {least}.</source>
            <translation>{vocabulary} 个词元的词表无法拼写所有文字；至少需要 {least} 个。</translation>
        </message>
        <message>
            <source>The tokenizer has no {end}, which stands between documents.</source>
            <translation>分词器中没有用于分隔文档的 {end}。</translation>
        </message>
        <message>
            <source>The text has {tokens} tokens and a window needs {window} and one more; give more text or a smaller window.</source>
            <translation>文字有 {tokens} 个词元，而一个窗口需要 {window} 个再加一个；请提供更多文字或缩小窗口。</translation>
        </message>
        <message>
            <source>This model reads too few tokens for this measure.</source>
            <translation>此模型读取的词元太少，无法作此测量。</translation>
        </message>
        <message>
            <source>{model} is neither a folder, nor a model downloaded from the hub, nor a bundled one; bundled are {known}.</source>
            <translation>{model} 既不是文件夹，也不是已从模型库下载的模型或自带模型；自带的有 {known}。</translation>
        </message>
        <message>
            <source>{path}: the id of {token} is {found}; expected a number.</source>
            <translation>{path}：{token} 的编号为 {found}；应为数字。</translation>
        </message>
        <message>
            <source>Only an encoder with learned positions, segments, norms behind its sublayers and its embeddings, and a masked head with a bias can be written as BERT.</source>
            <translation>只有具备学习式位置、句段、子层与嵌入之后的归一化以及带偏置的掩蔽词预测头的编码器才能写成 BERT。</translation>
        </message>
        <message>
            <source>The download of {file} broke off after {here:,} of {size:,} bytes; start it again and it goes on from there.</source>
            <translation>{file} 下载中断，已得 {here:,} / {size:,} 字节；重新开始即可续传。</translation>
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: its {size} bytes would begin with a header of {length}; at most {limit} are read.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：文件共 {size} 字节，却声称文件头有 {length} 字节；最多读取 {limit}。</translation>
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: its header is no JSON that this program can read: {reason}.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：文件头不是可读的 JSON：{reason}。</translation>
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: its header is no table of tensors but {found}.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：文件头不是张量表，而是 {found}。</translation>
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: {key} is {found}; expected a dtype, a shape and two data_offsets.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：{key} 为 {found}；应有 dtype、shape 和两个 data_offsets。</translation>
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: {key} is of type {found}, which the format does not know.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：{key} 的类型 {found} 不属于该格式。</translation>
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: {key} has shape {shape} of {dtype}, which takes {expected} bytes; its offsets hold {found}.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：{key} 的形状为 {shape}（{dtype}），需要 {expected} 字节；其偏移只含 {found} 字节。</translation>
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: {key} begins at byte {found}; expected {expected}, where the tensor before it ends.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：{key} 从第 {found} 字节开始；应为前一张量的结尾 {expected}。</translation>
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: its tensors end at byte {expected}, but it has {found} bytes.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：张量止于第 {expected} 字节，而文件有 {found} 字节。</translation>
        </message>
        <message>
            <source>Only an encoder and a decoder with sinusoidal positions in halves, norms behind their sublayers and none at the end, and a bias on the logits can be written as Marian.</source>
            <translation>只有位置为前后两半的正弦编码、归一化在子层之后且末尾没有、logits 带偏置的编码器与解码器才能写成 Marian。</translation>
        </message>
        <message>
            <source>config.json: pad_token_id is {pad}, which leaves no room in {positions} positions.</source>
            <translation>config.json：pad_token_id 为 {pad}，在 {positions} 个位置中没有余地。</translation>
        </message>
        <message>
            <source>{path} needs {needed} of memory in {dtype}, and {free} are free; in bfloat16 it needs {smaller}, which fits.</source>
            <translation>{path} 用 {dtype} 需要 {needed} 内存，而可用 {free}；用 bfloat16 需要 {smaller}，可以容纳。</translation>
        </message>
        <message>
            <source>{path} needs {needed} of memory in {dtype}, and {free} are free; it does not fit in bfloat16 either, which needs {smaller}.</source>
            <translation>{path} 用 {dtype} 需要 {needed} 内存，而可用 {free}；用 bfloat16 需要 {smaller}，也容纳不下。</translation>
        </message>
        <message>
            <source>config.json: rope_parameters differ by layer, which this program does not compute.</source>
            <translation>config.json：rope_parameters 随层而异，本程序不计算这种情形。</translation>
        </message>
        <message>
            <source>{path}: {name} is {value}; expected a number up to {most}.</source>
            <translation>{path}：{name} 为 {value}；应为不超过 {most} 的数。</translation>
        </message>
        <message>
            <source>{path} is a Unigram model; expected BPE.</source>
            <translation>{path} 是 Unigram 模型；应为 BPE。</translation>
        </message>
        <message>
            <source>{path} is a BPE model; expected Unigram.</source>
            <translation>{path} 是 BPE 模型；应为 Unigram。</translation>
        </message>
        <message>
            <source>{path} is no SentencePiece model this program can read: {reason}.</source>
            <translation>{path} 不是本程序可读的 SentencePiece 模型：{reason}。</translation>
        </message>
        <message>
            <source>{path} has no {token}, which stands for unknown words.</source>
            <translation>{path} 没有代表未知词的 {token}。</translation>
        </message>
        <message>
            <source>transformers {version} does not tell {name} of this model, so nothing is proven; install another version.</source>
            <translation>transformers {version} 未给出此模型的 {name}，因此什么也没有证明；请安装其他版本。</translation>
        </message>
        <message>
            <source>transformers is not installed, so there is nothing to compare with; install it with: pip install transformers.</source>
            <translation>未安装 transformers，无从对比；请安装：pip install transformers。</translation>
        </message>
        <message>
            <source>transformers {version} can't open {path}: {reason}.</source>
            <translation>transformers {version} 无法打开 {path}：{reason}。</translation>
        </message>
        <message>
            <source>transformers {version} can't be compared with on {path}: {reason}.</source>
            <translation>无法就 {path} 与 transformers {version} 对比：{reason}。</translation>
        </message>
        <message>
            <source>The objective causal trains a decoder alone; this model has {stacks}.</source>
            <translation>目标 causal 只训练解码器；此模型有 {stacks}。</translation>
        </message>
        <message>
            <source>The text is too short for pairs of sentences in windows of {window} tokens; give more text or a smaller window.</source>
            <translation>文本太短，不足以在 {window} 个词元的窗口中组成句对；请提供更多文本或更小的窗口。</translation>
        </message>
        <message>
            <source>The objective masked trains an encoder with a head for hidden words; this model has {stacks}.</source>
            <translation>目标 masked 训练带掩蔽词预测头的编码器；此模型有 {stacks}。</translation>
        </message>
        <message>
            <source>The tokenizer has no {name}, which this objective needs.</source>
            <translation>分词器没有此目标所需的 {name}。</translation>
        </message>
        <message>
            <source>{path}, line {line}: expected a text, a tab and its translation.</source>
            <translation>{path} 第 {line} 行：应为文本、制表符及其译文。</translation>
        </message>
        <message>
            <source>{path} has {lines} lines and {held_out} are held out; both parts need one.</source>
            <translation>{path} 有 {lines} 行，其中留出 {held_out} 行；两部分各至少需要一行。</translation>
        </message>
        <message>
            <source>The objective translation trains an encoder and a decoder; this model has {stacks}.</source>
            <translation>目标 translation 训练编码器与解码器；此模型有 {stacks}。</translation>
        </message>
        <message>
            <source>A text has {tokens} tokens and the window only {window}; raise window and context.</source>
            <translation>有一段文本含 {tokens} 个词元，而窗口只有 {window}；请加大 window 和 context。</translation>
        </message>
    </context>
    <context>
        <name>layout</name>
        <message>
            <source>Encoder</source>
            <translation>编码器</translation>
        </message>
        <message>
            <source>Source tokens look at source tokens (Alt+1)</source>
            <translation>源词元看源词元（Alt+1）</translation>
        </message>
        <message>
            <source>Decoder, masked</source>
            <translation>解码器（掩蔽）</translation>
        </message>
        <message>
            <source>Target tokens look at those before them (Alt+2)</source>
            <translation>目标词元看其前面的词元（Alt+2）</translation>
        </message>
        <message>
            <source>Cross</source>
            <translation>交叉</translation>
        </message>
        <message>
            <source>Target tokens look at source tokens (Alt+3)</source>
            <translation>目标词元看源词元（Alt+3）</translation>
        </message>
        <message>
            <source>Content stream</source>
            <translation>内容流</translation>
        </message>
        <message>
            <source>Each token knows itself (Alt+4)</source>
            <translation>每个词元知道自己（Alt+4）</translation>
        </message>
        <message>
            <source>Query stream</source>
            <translation>查询流</translation>
        </message>
        <message>
            <source>Each token knows its place, but not itself (Alt+5)</source>
            <translation>每个词元知道自己的位置，但不知道自己（Alt+5）</translation>
        </message>
        <message>
            <source>Pattern</source>
            <translation>注意力</translation>
        </message>
        <message>
            <source>Weights after softmax, 0 to 1 (F6 for the next)</source>
            <translation>softmax 之后的权重，0 到 1（F6 切换）</translation>
        </message>
        <message>
            <source>Scores</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>What softmax is taken of (F6 for the next)</source>
            <translation>取 softmax 之前的值（F6 切换）</translation>
        </message>
        <message>
            <source>Content</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>The part of the scores that q and k make (F6 for the next)</source>
            <translation>分数中由 q 和 k 构成的部分（F6 切换）</translation>
        </message>
        <message>
            <source>Bias</source>
            <translation>偏置</translation>
        </message>
        <message>
            <source>The part of the scores that the distance makes (F6 for the next)</source>
            <translation>分数中由距离构成的部分（F6 切换）</translation>
        </message>
        <message>
            <source>Position</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>Segment</source>
            <translation>句段</translation>
        </message>
        <message>
            <source>The part of the scores that the sentences make (F6 for the next)</source>
            <translation>分数中由句段构成的部分（F6 切换）</translation>
        </message>
    </context>
</TS>